/** Who of those in view is here. */
import { useEffect, useState } from "preact/hooks";
import type { Chat } from "../state/chat.ts";

// Scrolling by changes nothing at the server.
const restMs = 300;
/** More can't be watched. */
const watchedMax = 200;

function hereAmong(chat: Chat, ids: readonly string[]): string {
  return ids.filter((id) => chat.client.presenceOf(id)?.online).join(" ");
}

/** The ids of those who are online, among these; they are watched for as long as this is rendered. */
export function useWhoIsHere(chat: Chat, peerIds: readonly string[]): ReadonlySet<string> {
  const wanted = peerIds.slice(0, watchedMax).join(" ");
  const [here, setHere] = useState("");
  useEffect(() => {
    const ids = wanted.split(" ").filter((id) => id !== "");
    const look = () => setHere(hereAmong(chat, ids));
    let unwatch = () => {};
    const timer = setTimeout(() => unwatch = chat.client.watch(ids), restMs);
    const stop = chat.client.on("presence", look);
    look();
    return () => {
      clearTimeout(timer);
      stop();
      unwatch();
    };
  }, [chat, wanted]);
  return new Set(here.split(" "));
}
