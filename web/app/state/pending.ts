/** How many requests wait for my answer: counted by the server on connecting, then by what is told. */
import { type Signal, signal } from "@preact/signals";
import type { Client, GroupRequest } from "../../../client/mod.ts";

/** What waits. */
export interface Waiting {
  readonly friendRequests: number;
  readonly groupRequests: number;
}

/** Follows what waits for me. */
export function followPending(client: Client): Signal<Waiting> {
  const waiting = signal<Waiting>({ friendRequests: 0, groupRequests: 0 });
  const add = (what: keyof Waiting, count: number) => {
    const now = waiting.value;
    waiting.value = { ...now, [what]: Math.max(0, now[what] + count) };
  };
  // Requesters and inviters are told of answers too.
  const isMineToAnswer = ({ groupId }: GroupRequest) => {
    const my = client.conversation(groupId)?.my;
    return my !== undefined && my.leftAt === null && my.role !== "member";
  };
  client.on("session.ready", ({ pending }) => {
    waiting.value = pending;
  });
  client.on("friend.requested", () => add("friendRequests", 1));
  client.on("friend.handled", ({ addressee }) => {
    if (addressee.id === client.userId) add("friendRequests", -1);
  });
  client.on("group.requested", () => add("groupRequests", 1));
  client.on("group.handled", (request) => {
    if (isMineToAnswer(request)) add("groupRequests", -1);
  });
  return waiting;
}
