/** Picks an emoji: those used last, all by groups, or what a search finds; arrow keys go through them. */
import { useEffect, useRef, useState } from "preact/hooks";
import { type Emoji, emojiGroups, emojiIn, findEmoji } from "./list.ts";
import { noteEmoji, recentEmoji } from "./recent.ts";
import { words } from "./words.ts";

/** `onPick` gets the emoji; `onClose` is asked for by Escape. */
export interface EmojiPickerProps {
  readonly onPick: (emoji: string) => void;
  readonly onClose: () => void;
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly items: readonly Emoji[];
}

function sectionsFor(query: string): Section[] {
  const t = words();
  if (query.trim() !== "") return [{ id: "found", title: "", items: findEmoji(query) }];
  const recent = recentEmoji().map((emoji) => ({ emoji, words: emoji }));
  return [
    ...(recent.length > 0 ? [{ id: "recent", title: t.recent, items: recent }] : []),
    ...emojiGroups.map((group) => ({
      id: group.id,
      title: t.groups[group.id],
      items: emojiIn(group),
    })),
  ];
}

// Buttons stand in lines of different lengths: the one above or below is the nearest in its line.
function neighbour(from: HTMLElement, key: string): HTMLElement | undefined {
  const all = [...from.closest(".emoji-list")!.querySelectorAll<HTMLElement>("button")];
  const at = all.indexOf(from);
  const isRtl = getComputedStyle(from).direction === "rtl";
  if (key === "ArrowRight") return all[at + (isRtl ? -1 : 1)];
  if (key === "ArrowLeft") return all[at + (isRtl ? 1 : -1)];
  const here = from.getBoundingClientRect();
  const isDown = key === "ArrowDown";
  const beyond = all.map((element) => ({ element, box: element.getBoundingClientRect() }))
    .filter(({ box }) => isDown ? box.top > here.top + 4 : box.top < here.top - 4);
  const line = isDown ? beyond[0]?.box.top : beyond.at(-1)?.box.top;
  return beyond.filter(({ box }) => box.top === line)
    .sort((a, b) => Math.abs(a.box.left - here.left) - Math.abs(b.box.left - here.left))[0]
    ?.element;
}

function Section({ section, onPick }: { section: Section; onPick: (emoji: string) => void }) {
  return (
    <section aria-label={section.title || undefined}>
      {section.title !== "" && <h3>{section.title}</h3>}
      <div class="emoji-grid">
        {section.items.map(({ emoji, words: said }) => (
          <button
            type="button"
            key={emoji}
            aria-label={`${emoji} ${said.split(" ")[0]}`}
            onClick={() => onPick(emoji)}
          >
            {emoji}
          </button>
        ))}
      </div>
    </section>
  );
}

/** The picker. */
export function EmojiPicker({ onPick, onClose }: EmojiPickerProps) {
  const [query, setQuery] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const t = words();
  const sections = sectionsFor(query);
  const hasFound = sections.some(({ items }) => items.length > 0);
  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  const pick = (emoji: string) => {
    noteEmoji(emoji);
    onPick(emoji);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      return onClose();
    }
    const at = event.target as HTMLElement;
    if (!event.key.startsWith("Arrow")) return;
    const isField = at === field.current;
    if (isField && event.key !== "ArrowDown") return;
    const box = event.currentTarget as HTMLElement;
    const next = isField
      ? box.querySelector<HTMLElement>(".emoji-list button")
      : neighbour(at, event.key) ?? (event.key === "ArrowUp" ? field.current : null);
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
  return (
    <div class="emoji-picker" role="dialog" aria-label={t.emoji} onKeyDown={onKeyDown}>
      <input
        ref={field}
        class="search-field"
        type="search"
        value={query}
        placeholder={t.search}
        aria-label={t.search}
        onInput={({ currentTarget }) => setQuery(currentTarget.value)}
        onKeyDown={(event) => {
          const first = sections[0]?.items[0];
          if (event.key !== "Enter" || event.isComposing || query === "" || !first) return;
          event.preventDefault();
          pick(first.emoji);
        }}
      />
      <div class="emoji-list">
        {sections.map((section) => <Section key={section.id} section={section} onPick={pick} />)}
        {!hasFound && <p class="emoji-none" role="status">{t.nothing}</p>}
      </div>
    </div>
  );
}
