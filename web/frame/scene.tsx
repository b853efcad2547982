/** Everything that the frame shows: a word of what is new, or the chat. */
import { useEffect, useRef } from "preact/hooks";
import { later } from "../ui/later.tsx";
import { Composer } from "./composer.tsx";
import { Head } from "./head.tsx";
import { Preview } from "./preview.tsx";
import type { Stage } from "./stage.ts";
import { Talk } from "./talk.tsx";
import { words } from "./words.ts";

const Picture = later(() => import("./picture.tsx").then((part) => part.Picture));

const takesKeyboard = "button:not(:disabled), textarea, input:not([type=file]), a[href]";

// Without a mouse a keyboard would slide over half of what was just opened.
function useFocus({ focus }: Stage) {
  const element = useRef<HTMLElement>(null);
  const { at, times } = focus.value;
  useEffect(() => {
    if (times === 0) return;
    const all = [...element.current!.querySelectorAll<HTMLElement>(takesKeyboard)]
      .filter((one) => one.checkVisibility());
    const start = matchMedia("(pointer: fine)").matches
      ? element.current!.querySelector("textarea")
      : element.current!.querySelector("h1");
    (at === "start" ? start : at === "first" ? all[0] : all.at(-1))?.focus();
  }, [times]);
  return element;
}

function ConnectionBar({ stage }: { stage: Stage }) {
  const status = stage.visit.chat.value?.status.value;
  const t = words();
  if (status === undefined || status.state === "open" || status.state === "idle") return null;
  const text = status.reason === "offline" ? t.noNetwork : t.connecting;
  return <p class="connection-bar" role="status">{text}</p>;
}

/** The frame's content. */
export function Scene({ stage }: { stage: Stage }) {
  const element = useFocus(stage);
  const shown = stage.shown.value;
  const chat = stage.visit.chat.value;
  const picture = chat?.picture.value;
  if (shown === "hidden") return null;
  if (shown === "preview") return <Preview stage={stage} />;
  return (
    <main
      class="chat"
      ref={element}
      aria-label={words().chat}
      onKeyDown={(event) => {
        // A dialog inside closes first, and does that by itself.
        const isDialogs = (event.target as Element).closest("dialog") !== null;
        if (event.key !== "Escape" || isDialogs) return;
        stage.post({ kind: "close" });
      }}
    >
      <Head stage={stage} />
      <ConnectionBar stage={stage} />
      <Talk stage={stage} />
      <Composer stage={stage} />
      {chat && picture && <Picture chat={chat} id={picture} />}
    </main>
  );
}
