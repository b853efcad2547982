/** The text that a search looks through, which the places of a hit are counted in: as the server has it. */
import type { Message } from "../../../client/mod.ts";

interface Searched {
  readonly text?: string;
  readonly title?: string;
  readonly name?: string;
  readonly caption?: string;
  readonly items?: readonly Pick<Message, "kind" | "body">[];
}

function joined(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join("\n");
}

/** What of a message can be found. */
export function foundTextOf({ kind, body }: Pick<Message, "kind" | "body">): string {
  const { text, title, name, caption, items = [] } = (body ?? {}) as Searched;
  switch (kind) {
    case "text":
      return text ?? "";
    case "location":
      return title ?? "";
    case "card":
      return joined([title, text]);
    case "image":
    case "video":
    case "audio":
    case "file":
      return joined([name, caption]);
    case "merged":
      return [title, ...items.map(foundTextOf)].filter(Boolean).join("\n");
    default:
      return "";
  }
}
