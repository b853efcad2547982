/** Who is called in a message, by the names that stand in it. */
import type { Called } from "../../../ui/text/pieces.ts";
import { wordsOf } from "../../../ui/language.ts";
import type { OpenThread } from "../open_thread.ts";

/** What everyone is called by. */
export const everyone = wordsOf({ en: { all: "all" }, zh: { all: "所有人" } });

const allNames = ["all", "所有人"];

/** The names that a message calls. */
export function calledIn(open: OpenThread, mentions: readonly string[] = []): Called[] {
  const { me, users } = open.chat;
  return mentions.flatMap((id): Called[] => {
    const isMe = id === me || id === "all";
    if (id === "all") return allNames.map((name) => ({ name, isMe }));
    // Written with the alias or the nickname, whichever was shown to the one who wrote.
    const names = new Set([open.nameOf(id), users.nameOf(id)]);
    return [...names].map((name) => ({ name, isMe }));
  });
}
