/** Requests to join groups that wait for an answer of mine, of one group or of all that I lead. */
import { type Signal, signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { type GroupRequest, isPassing, PatterError } from "../../../client/mod.ts";
import { type Chat, useChat } from "./chat.ts";
import { readAll } from "./pages.ts";

// Each is asked for by itself: of more groups than this the rest is seen in their details.
const groupsMax = 50;

function ledBy(chat: Chat): string[] {
  return chat.client.conversations()
    .filter(({ state, my }) =>
      state.kind === "group" && state.dismissedAt === null && my.leftAt === null &&
      my.role !== "member"
    )
    .slice(0, groupsMax).map(({ id }) => id);
}

async function read(chat: Chat, groupId: string | null): Promise<GroupRequest[]> {
  const found: GroupRequest[] = [];
  // One after the other: opening a screen is no reason for a burst.
  for (const id of groupId === null ? ledBy(chat) : [groupId]) {
    found.push(
      ...await readAll<GroupRequest>(chat.client, `/v1/groups/${id}/requests?status=pending`),
    );
  }
  return found;
}

function follow(chat: Chat, groupId: string | null): {
  requests: Signal<readonly GroupRequest[] | null>;
  stop: () => void;
} {
  const requests = signal<readonly GroupRequest[] | null>(null);
  const isMeant = (request: GroupRequest) => groupId === null || request.groupId === groupId;
  const put = (request: GroupRequest) => {
    if (!isMeant(request)) return;
    const others = (requests.value ?? []).filter(({ id }) => id !== request.id);
    requests.value = request.status === "pending" ? [request, ...others] : others;
  };
  const refresh = () => {
    read(chat, groupId).then((found) => {
      requests.value = found;
    }, (error) => {
      // Offline it is read once there is a connection; and who leads no more has nothing to answer.
      if (!(error instanceof PatterError)) throw error;
      if (!isPassing(error)) requests.value = [];
    });
  };
  const ends = [
    chat.client.on("group.requested", put),
    chat.client.on("group.handled", put),
    chat.client.on("synced", refresh),
  ];
  if (groupId !== null || chat.client.isSynced) refresh();
  return { requests, stop: () => ends.forEach((end) => end()) };
}

/** Those of one group, or of all; null until they are known. */
export function useGroupRequests(groupId: string | null): readonly GroupRequest[] | null {
  const chat = useChat();
  const [requests, setRequests] = useState<Signal<readonly GroupRequest[] | null> | null>(null);
  useEffect(() => {
    const followed = follow(chat, groupId);
    setRequests(followed.requests);
    return followed.stop;
  }, [chat, groupId]);
  return requests?.value ?? null;
}

/** Lets somebody in, or not. */
export async function answerGroupRequest(
  { client }: Chat,
  { groupId, id }: GroupRequest,
  how: "accept" | "refuse",
): Promise<void> {
  // What it became is told by `group.handled`, to me too.
  await client.ask("POST", `/v1/groups/${groupId}/requests/${id}/${how}`);
}
