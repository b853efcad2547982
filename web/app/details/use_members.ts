/** The members of a group as they are now. */
import { useEffect, useState } from "preact/hooks";
import { type Member, PatterError } from "../../../client/mod.ts";
import { useChat } from "../state/chat.ts";

// A message is a change too, and most change no member.
function isSame(before: readonly Member[] | null, now: readonly Member[]): boolean {
  return before?.length === now.length && now.every((member, nth) => member === before[nth]);
}

/** Those who are in it, in the order they came; null until they are known. */
export function useMembers(id: string): readonly Member[] | null {
  const chat = useChat();
  const version = chat.follow(id);
  const [members, setMembers] = useState<readonly Member[] | null>(null);
  useEffect(() => {
    let isWanted = true;
    chat.client.members(id).then((now) => {
      if (isWanted) setMembers((before) => isSame(before, now) ? before : now);
    }, (error) => {
      // Offline, or removed just now, which is about to be told.
      if (!(error instanceof PatterError)) throw error;
    });
    return () => {
      isWanted = false;
    };
  }, [chat, id, version]);
  return members;
}
