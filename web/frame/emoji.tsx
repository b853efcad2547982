/** A small choice of emoji. */
import { useEffect, useRef } from "preact/hooks";
import { words } from "./words.ts";

const all =
  "😀 😄 😊 😉 😍 😘 😂 🤣 🙂 🙃 😅 😎 🤔 🤨 😐 😏 😢 😭 😮 😱 😡 🤯 🥳 🤗 😴 🤒 🙈 👍 👎 👌 ✌️ 👏 🙏 💪 👋 🤝 ❤️ 💔 🔥 ✨ 🎉 🎁 ⭐ ✅ ❌ ❓ ⏰ 📦 📷 🚀"
    .split(" ");

/** The choice; the arrow keys go through it, Escape closes it. */
export function EmojiChoice(
  { choose, close }: { choose: (emoji: string) => void; close: () => void },
) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    (element.current!.firstElementChild as HTMLElement).focus();
    const outside = ({ target }: Event) => {
      if (!(target as Element).closest(".emoji, .emoji-button")) close();
    };
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, []);
  const go = (by: number) => {
    const buttons = [...element.current!.children] as HTMLElement[];
    const at = buttons.indexOf(document.activeElement as HTMLElement);
    buttons[(at + by + buttons.length) % buttons.length]!.focus();
  };
  const steps: Readonly<Record<string, number>> = {
    ArrowRight: 1,
    ArrowLeft: -1,
    ArrowDown: 8,
    ArrowUp: -8,
  };
  return (
    <div
      class="emoji"
      ref={element}
      role="group"
      aria-label={words().emoji}
      onKeyDown={(event) => {
        const step = steps[event.key];
        if (step === undefined && event.key !== "Escape") return;
        event.preventDefault();
        if (step === undefined) close();
        else go(step);
      }}
    >
      {all.map((emoji, index) => (
        <button
          type="button"
          key={emoji}
          tabIndex={index === 0 ? 0 : -1}
          onClick={() => choose(emoji)}
        >
          {emoji}
        </button>
      ))}
    </div>
  );
}
