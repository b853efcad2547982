/** Messages that were forwarded as one: the first lines of it. */
import { excerptOf } from "./excerpt.ts";
import type { MergedBody } from "./kinds.ts";
import { words } from "./words.ts";

const previewed = 3;

/** The first lines; a press opens all. */
export function MergedTile({ body, onOpen }: { body: MergedBody; onOpen: () => void }) {
  const t = words();
  return (
    <button type="button" class="merged-tile" onClick={onOpen}>
      <strong dir="auto">{body.title || t.merged}</strong>
      {body.items.slice(0, previewed).map((item, place) => (
        <span class="merged-line" key={place} dir="auto">{item.name}: {excerptOf(item)}</span>
      ))}
      <span class="merged-count">{t.mergedCount(body.items.length)}</span>
    </button>
  );
}
