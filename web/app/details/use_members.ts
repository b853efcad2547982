/** The members of a group as they are now. */
import { useEffect, useState } from "preact/hooks";
import { isPassing, type Member, PatterError } from "../../../client/mod.ts";
import { useChat } from "../state/chat.ts";

/** Those who are in it, in the order they came; null until they are known. */
export function useMembers(id: string): readonly Member[] | null {
  const chat = useChat();
  const version = chat.follow(id);
  const [members, setMembers] = useState<readonly Member[] | null>(null);
  useEffect(() => {
    let isWanted = true;
    chat.client.members(id).then((now) => {
      if (isWanted) setMembers(now);
    }, (error) => {
      // Who was removed just now is about to be told.
      const isOver = error instanceof PatterError && /^not(Member|Found)$/.test(error.code);
      if (!isOver && !isPassing(error)) throw error;
    });
    return () => {
      isWanted = false;
    };
  }, [chat, id, version]);
  return members;
}
