/** How high a line will be, before it has been seen. */
import { boxOf } from "../../../ui/files/sizes.ts";
import type { Said } from "../../../ui/body/kinds.ts";
import type { Row } from "./rows.ts";

const lineHeight = 22;

function bodyHeight(said: Said, lineLength: number): number {
  const body = (said.body ?? {}) as { text?: string; width?: number; height?: number };
  switch (said.kind) {
    case "text": {
      const lines = (body.text ?? "").split("\n");
      const count = lines.reduce((sum, { length }) => sum + 1 + Math.floor(length / lineLength), 0);
      return count * lineHeight;
    }
    case "image":
    case "video":
      return boxOf(body.width, body.height).height + 8;
    case "merged":
      return 110;
    case "card":
      return 90;
    default:
      return 52;
  }
}

/** In pixels, in a list of this width. */
export function estimateOf(row: Row, width: number): number {
  const lineLength = Math.max(20, Math.min(640, width * 0.75) / 8);
  switch (row.kind) {
    case "message":
    case "pending": {
      const said = row.kind === "message" ? row.message : row.item.message;
      const isRich = row.kind === "message" && row.message.reactions !== undefined;
      const around = 24 + (row.isFirst ? 26 : 2) + (isRich ? 30 : 0);
      return bodyHeight(said, lineLength) + around;
    }
    case "upload":
      return 84;
    default:
      return row.key === "end" ? 12 : 40;
  }
}
