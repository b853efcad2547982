/** What was told against the truth: every change that came live is what the database had, and all of it. */
import { isDeepStrictEqual } from "node:util";
import type { Changes } from "../../schemas/conversations.ts";
import type { History } from "./history.ts";
import type { Ledger } from "./ledger.ts";
import type { Told } from "./live_stream.ts";
import type { Past, Stay, Taken } from "./truth.ts";

function partsOf({ messages, members, conversation }: Changes): Taken[] {
  return [
    ...messages.map((state) => ({ kind: "messages" as const, rev: state.rev, state })),
    ...members.map((state) => ({ kind: "members" as const, rev: state.rev, state })),
    ...(conversation === null ? [] : [conversation]).map((state) => ({
      kind: "conversations" as const,
      rev: state.rev,
      state,
    })),
  ];
}

function keyOf({ kind, state }: Taken): string {
  if (kind === "messages") return `${kind} ${state.seq}`;
  return kind === "members" ? `${kind} ${state.userId}` : kind;
}

function isShown(one: Taken, { firstSeq }: Stay): boolean {
  return one.kind !== "messages" || one.state.seq >= firstSeq;
}

/** By thing, the last `rev` that it has: what changed again later may come with that change alone. */
function lastRevs({ taken }: Past): Map<string, number> {
  return new Map(taken.map((one) => [keyOf(one), one.rev]));
}

function stayOf(past: Past, { userId, changes: { prevRev, rev } }: Told): Stay | undefined {
  return past.stays.get(userId)?.find(({ from, to }) =>
    prevRev >= from - 1 && (to === null || rev <= to)
  );
}

/** Why a piece of the live stream is not what it should be; null when it is. */
function faultOf(told: Told, past: Past, last: ReadonlyMap<string, number>): string | null {
  const stay = stayOf(past, told)!;
  const { prevRev, rev } = told.changes;
  const parts = new Map(partsOf(told.changes).map((part) => [part.rev, part]));
  for (const part of parts.values()) {
    if (part.rev <= prevRev || part.rev > rev) return `rev ${part.rev} does not belong there`;
    if (!isShown(part, stay)) return `message ${keyOf(part)} lies before ${stay.firstSeq}`;
    const truth = past.taken[part.rev - 1];
    if (!isDeepStrictEqual(part, truth)) {
      return `rev ${part.rev} is ${JSON.stringify(part.state)}, not ${
        JSON.stringify(truth?.state)
      }`;
    }
  }
  // Of each thing, its last change within the piece.
  const within = new Map(past.taken.slice(prevRev, rev).map((one) => [keyOf(one), one]));
  for (const [key, one] of within) {
    const isLater = last.get(key)! > rev;
    if (!parts.has(one.rev) && !isLater && isShown(one, stay)) {
      return `${key} at rev ${one.rev} is missing`;
    }
  }
  return null;
}

/** All that came live to anybody. */
export function verifyTold(
  pasts: ReadonlyMap<string, Past>,
  all: readonly Told[],
  history: History,
): void {
  const last = new Map([...pasts].map(([id, past]) => [id, lastRevs(past)]));
  for (const told of all) {
    const { device, userId, changes: { conversationId: id, prevRev, rev } } = told;
    const past = pasts.get(id);
    const what = `changes ${prevRev} to ${rev} of ${id} to ${device}`;
    if (past === undefined || stayOf(past, told) === undefined) {
      const stays = JSON.stringify(past?.stays.get(userId));
      history.breaks("membersOnly", `Not a member (${stays}): ${what}`, [id, device]);
      continue;
    }
    const fault = faultOf(told, past, last.get(id)!);
    if (fault !== null) history.breaks("stream", `${what}: ${fault}`, [id, device]);
  }
}

/** Each answer to an act is the message as it was at its `rev`. */
export function verifyShown(
  pasts: ReadonlyMap<string, Past>,
  { shown }: Ledger,
  history: History,
): void {
  for (const { conversationId: id, message } of shown) {
    const truth = pasts.get(id)?.taken[message.rev - 1]?.state;
    if (isDeepStrictEqual(message, truth)) continue;
    const what = `${JSON.stringify(message)}, not ${JSON.stringify(truth)}`;
    history.breaks("stream", `An act in ${id} was answered with ${what}`, [id]);
  }
}
