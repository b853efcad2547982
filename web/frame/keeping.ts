/** What this browser keeps of an inbox's visitor: the session above all, in storage of the frame's own. */
import { indexedDbOutbox } from "../../client/outbox_indexeddb.ts";
import {
  type Client,
  createClient,
  memoryOutbox,
  type OutboxStore,
  type Session,
} from "../../client/mod.ts";
import { isStorageAllowed, keep, kept } from "../ui/kept.ts";

/** A visitor that has written. */
export interface Visitor {
  readonly session: Session;
  readonly conversationId: string;
  /** As the site names it; null: it is only this browser's. */
  readonly subject: string | null;
  /** The page that the agents were told of last. */
  readonly page: string | null;
}

interface Draft {
  readonly subject: string | null;
  readonly text: string;
}

/** What is kept, by name: each inbox has its own. */
export type KeptName = "visitor" | "draft" | "name" | "dismissed";

const names: readonly KeptName[] = ["visitor", "draft", "name", "dismissed"];

/** One inbox's part of what is kept. */
export class Keeping {
  constructor(readonly inbox: string) {}

  /** Under which name all of the browser knows it. */
  key(name: KeptName): string {
    return `patter widget ${this.inbox} ${name}`;
  }

  /** What was kept. */
  get(name: KeptName): string | null {
    return kept(this.key(name));
  }

  /** Keeps something; null forgets it. */
  set(name: KeptName, value: string | null): void {
    keep(this.key(name), value);
  }

  /** The visitor. */
  get visitor(): Visitor | null {
    return this.#parsed<Visitor>("visitor");
  }

  set visitor(visitor: Visitor | null) {
    this.set("visitor", visitor && JSON.stringify(visitor));
  }

  // What the browser keeps may have been written by anything.
  #parsed<T>(name: KeptName): T | null {
    try {
      return JSON.parse(this.get(name) ?? "null") as T | null;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return null;
    }
  }

  /** What somebody has written and not sent; another's draft is nobody's business. */
  draftOf(subject: string | null): string {
    const draft = this.#parsed<Draft>("draft");
    return draft?.subject === subject ? draft.text : "";
  }

  /** Keeps what somebody has written and not sent. */
  keepDraft(subject: string | null, text: string): void {
    this.set("draft", text === "" ? null : JSON.stringify({ subject, text } satisfies Draft));
  }

  /** Forgets everything of the visitor, and all drafts but one's. */
  wipe(subject?: string | null): void {
    const draft = subject === undefined ? "" : this.draftOf(subject);
    for (const name of names) this.set(name, null);
    if (subject !== undefined) this.keepDraft(subject, draft);
  }
}

function outboxName({ session }: Visitor): string {
  return `patter widget outbox ${session.user.id}`;
}

function outboxOf(visitor: Visitor): OutboxStore {
  return isStorageAllowed() ? indexedDbOutbox(indexedDB, outboxName(visitor)) : memoryOutbox();
}

/** A client for a visitor; it is not started. */
export function clientOf(visitor: Visitor): Client {
  return createClient({
    url: location.origin,
    session: visitor.session,
    outboxStore: outboxOf(visitor),
    // Where storage is forbidden, so are locks and channels between tabs.
    ...(isStorageAllowed() ? {} : { platform: { locks: null, openChannel: null } }),
  });
}

/** Forgets what a visitor had not sent yet, and ends its session at the server, if that can be reached. */
export async function dismiss(visitor: Visitor): Promise<void> {
  // Whoever still has it open closes it when asked to.
  if (isStorageAllowed()) indexedDB.deleteDatabase(outboxName(visitor));
  await clientOf(visitor).ask("POST", "/v1/auth/logout").catch(() => {});
}
