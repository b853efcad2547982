/** What devices hold at the end against the truth, and what a fresh one would read by REST. */
import { isDeepStrictEqual } from "node:util";
import { ConversationCopy } from "../../client/reducer.ts";
import type { ChangesPage, Conversation, My } from "../../schemas/conversations.ts";
import type { Message, MessagePage } from "../../schemas/messages.ts";
import { plainOf, shownOf } from "../support/reducer.ts";
import { until } from "../support/waiting.ts";
import { outcomeOf } from "./asking.ts";
import type { Device } from "./device.ts";
import type { History, Rule } from "./history.ts";
import type { Person } from "./people.ts";
import type { Past } from "./truth.ts";

type Plain = ReturnType<typeof plainOf>;

/** A conversation as somebody with nothing in hand reads it, on any instance. */
interface Fresh {
  readonly copy: ConversationCopy;
  readonly view: Conversation;
  readonly history: Message[];
}

// A connection that a fault has broken may be found out by the next request alone.
async function read<T>(device: Device, path: string): Promise<T> {
  const answer = await until(`GET ${path} is answered`, async () => {
    const outcome = await outcomeOf(device.ask<T>("GET", path));
    return outcome.is === "answered" ? outcome : null;
  });
  return answer!.value;
}

async function readFresh(device: Device, id: string): Promise<Fresh> {
  const base = `/v1/conversations/${id}`;
  const view = await read<Conversation>(device, base);
  const copy = new ConversationCopy(id);
  copy.see(view);
  for (let hasMore = true; hasMore;) {
    const path = `${base}/changes?afterRev=${copy.rev}&limit=100`;
    const page = await read<ChangesPage>(device, path);
    copy.take(page);
    hasMore = page.hasMore;
  }
  const history: Message[] = [];
  for (let hasMore = true; hasMore;) {
    const path = `${base}/messages?afterSeq=${history.at(-1)?.seq ?? 0}&limit=100`;
    const page = await read<MessagePage>(device, path);
    history.push(...page.items);
    hasMore = page.hasMore;
  }
  return { copy, view, history };
}

/** The first thing that differs, in a few words. */
function difference(held: Plain, expected: Plain): string | null {
  if (held.rev !== expected.rev) return `rev ${held.rev}, not ${expected.rev}`;
  for (const part of ["conversation", "messages", "members"] as const) {
    const [left, right] = [held[part], expected[part]];
    if (isDeepStrictEqual(left, right)) continue;
    if (!Array.isArray(left) || !Array.isArray(right)) return `${part} differs`;
    const place = left.findIndex((one, index) => !isDeepStrictEqual(one, right[index]));
    const at = place < 0 ? left.length : place;
    return `${part}: ${JSON.stringify(left[at])}, not ${JSON.stringify(right[at])}`;
  }
  return null;
}

// What a former member held of what has changed since is theirs to keep; nobody tells them more.
function asThen(held: Plain, expected: Plain): readonly [Plain, Plain] {
  const known = new Set(expected.messages.map(({ seq }) => seq));
  const messages = held.messages.filter(({ seq }) => known.has(seq));
  return [{ ...held, messages, members: [] }, { ...expected, members: [] }];
}

// Counted when asked: what is recalled after somebody has left counts no more, and is not told.
function ownOf(my: My | null, isMember: boolean): Partial<My> | null {
  if (my === null || isMember) return my;
  const { unreadCount: _, mentioned: __, ...own } = my;
  return own;
}

/** Holds what one person reads and has on its devices to the truth. */
export class DeviceCheck {
  constructor(
    readonly pasts: ReadonlyMap<string, Past>,
    readonly history: History,
    readonly person: Person,
  ) {}

  #breaks(rule: Rule, what: string, about: string[]): void {
    this.history.breaks(rule, what, about);
  }

  /** All conversations, on all devices. */
  async run(): Promise<void> {
    const { person } = this;
    for (const past of this.pasts.values()) {
      if (past.stays.has(person.id)) await this.#conversation(past);
      else {
        for (const { memory, options: { name } } of person.devices) {
          if (!memory.byId.has(past.id)) continue;
          this.#breaks("membersOnly", `${name} holds ${past.id}, where it never was`, [name]);
        }
      }
    }
  }

  async #conversation(past: Past): Promise<void> {
    const { person } = this;
    const fresh = await readFresh(person.devices[0]!, past.id);
    const isMember = fresh.view.my.leftAt === null;
    if (isMember) this.#reading(past, fresh);
    for (const { memory, options: { name } } of person.devices) {
      const copy = memory.byId.get(past.id);
      if (copy === undefined) {
        // A list from nothing on does not tell of what one has left.
        if (!isMember) continue;
        this.#breaks("resume", `${name} knows nothing of ${past.id}`, [name, past.id]);
        continue;
      }
      const both = [plainOf(copy), plainOf(fresh.copy)] as const;
      const differs = difference(...isMember ? both : asThen(...both));
      if (differs !== null) {
        this.#breaks("whole", `${name} holds of ${past.id}: ${differs}`, [name, past.id]);
      }
      // It was told changes from before its user left, and no list since knew of it.
      if (!isMember && copy.my === null) continue;
      const [held, expected] = [ownOf(copy.my, isMember), ownOf(fresh.view.my, isMember)];
      if (!isDeepStrictEqual(held, expected)) {
        const what = `${JSON.stringify(held)}, not ${JSON.stringify(expected)}`;
        this.#breaks("resume", `${name} holds as its own of ${past.id}: ${what}`, [name, past.id]);
      }
    }
  }

  /** What a member reads by REST, history and changes, is what the table has. */
  #reading({ id, messages, stays, lastRev }: Past, { copy, history }: Fresh): void {
    const { firstSeq } = stays.get(this.person.id)!.at(-1)!;
    const expected = messages.filter(({ seq }) => seq >= firstSeq);
    const { name } = this.person;
    if (!isDeepStrictEqual(history, expected)) {
      this.#breaks("stream", `The history of ${id} for ${name} is not the database's`, [id]);
    }
    if (!isDeepStrictEqual(shownOf(copy), expected) || copy.rev !== lastRev) {
      this.#breaks("resume", `The changes of ${id} for ${name} are not the database's`, [id]);
    }
  }
}
