/** What a group announces, until one has seen it. */
import { useState } from "preact/hooks";
import type { ConversationView } from "../../../../client/mod.ts";
import { Icon, IconButton, shapes } from "../../../ui/icon.tsx";
import { RichText } from "../../../ui/text/rich_text.tsx";
import { words } from "../words.ts";

const key = "patter.announcements";
const keptMax = 200;
const horn = "M4 10v4h3l7 4V6l-7 4zM18 9a4 4 0 010 6";

function kept(): [string, string][] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(found) ? found as [string, string][] : [];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return [];
  }
}

function hide(id: string, text: string): void {
  const others = kept().filter(([one]) => one !== id);
  localStorage.setItem(
    key,
    JSON.stringify([[id, text.slice(0, 100)], ...others].slice(0, keptMax)),
  );
}

/** Nothing while nothing is announced that was not hidden. */
export function AnnouncementBar({ view }: { view: ConversationView }) {
  const text = view.state.announcement;
  const [, setHidden] = useState("");
  const [isWhole, setWhole] = useState(false);
  if (text === null || text === "") return null;
  if (kept().some(([id, seen]) => id === view.id && seen === text.slice(0, 100))) return null;
  const t = words();
  return (
    <section class="bar announcement-bar" aria-label={t.announcement}>
      <Icon shape={horn} size={18} />
      <div class={isWhole ? "bar-words whole" : "bar-words"} onClick={() => setWhole(!isWhole)}>
        <b>{t.announcement}</b>
        <RichText text={text} />
      </div>
      <IconButton
        shape={shapes.close}
        label={t.dismiss}
        onClick={() => {
          hide(view.id, text);
          setHidden(text);
        }}
      />
    </section>
  );
}
