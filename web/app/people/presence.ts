/** Who is there, of some people. */
import { useEffect, useState } from "preact/hooks";
import type { Presence } from "../../../client/mod.ts";
import { briefly } from "../../ui/times.ts";
import { useChat } from "../state/chat.ts";
import { words } from "./words.ts";

// A connection may watch 200; what else is on the screen needs some of them.
const watchedMax = 150;
// While online the server says "now", which is a moment ago when it arrives.
const awayAfterMs = 60_000;

/** Follows these for as long as what renders with it is there; of more than 150 the first. */
export function usePresences(userIds: readonly string[]): (id: string) => Presence | undefined {
  const { client } = useChat();
  const [, setCount] = useState(0);
  const key = userIds.slice(0, watchedMax).join();
  useEffect(() => {
    if (key === "") return;
    const wanted = new Set(key.split(","));
    const unwatch = client.watch([...wanted]);
    const unlisten = client.on("presence", ({ presences }) => {
      if (presences.some(({ userId }) => wanted.has(userId))) setCount((count) => count + 1);
    });
    return () => {
      unlisten();
      unwatch();
    };
  }, [key]);
  return (id) => client.presenceOf(id);
}

/** How somebody is there, in words; empty when nothing may be known. */
export function presenceText(presence: Presence | undefined, now = Date.now()): string {
  const t = words();
  if (presence === undefined) return "";
  const { online, lastSeenAt } = presence;
  if (!online) return lastSeenAt === null ? t.offline : t.seen(briefly(lastSeenAt));
  const isAway = lastSeenAt !== null && now - Date.parse(lastSeenAt) > awayAfterMs;
  return isAway ? t.away : t.online;
}
