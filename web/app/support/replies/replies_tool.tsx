/** The button beside the text that offers canned replies; a slash in an empty text does too. */
import { type Signal, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../../../ui/icon.tsx";
import { later } from "../../../ui/later.tsx";
import { words } from "./words.ts";

const outline = "M5 4.500h14v12h-7l-4.500 4v-4H5zM8.500 9h7M8.500 12.500h4";

const RepliesPopup = later(async () => (await import("./replies_popup.tsx")).RepliesPopup);
const RepliesDialog = later(async () => (await import("./replies_dialog.tsx")).RepliesDialog);

type Shown = { readonly what: "popup"; readonly above: HTMLElement } | { readonly what: "dialog" };

// The button stands in the form where one writes. What it opens must not: it has forms of its own.
const shown: Signal<Shown | null> = signal(null);

/** The button. */
export function RepliesTool() {
  const t = words();
  const button = useRef<HTMLButtonElement>(null);
  const open = () => shown.value = { what: "popup", above: button.current! };
  useEffect(() => {
    const form = button.current!.form;
    const onKeyDown = (event: KeyboardEvent) => {
      const { key, target, isComposing } = event;
      if (key !== "/" || isComposing || !(target instanceof HTMLTextAreaElement)) return;
      if (target.value !== "") return;
      event.preventDefault();
      open();
    };
    form?.addEventListener("keydown", onKeyDown);
    return () => form?.removeEventListener("keydown", onKeyDown);
  }, []);
  return (
    <button
      ref={button}
      type="button"
      class="icon-button"
      aria-label={t.open}
      title={t.open}
      aria-haspopup="dialog"
      aria-expanded={shown.value?.what === "popup"}
      onClick={open}
    >
      <Icon shape={outline} />
    </button>
  );
}

/** What the button opens. */
export function RepliesPlace({ inboxId }: { inboxId: string }) {
  const now = shown.value;
  useEffect(() => () => shown.value = null, []);
  if (now === null) return null;
  const close = () => {
    // What it was replaced by stays.
    if (shown.peek() === now) shown.value = null;
  };
  if (now.what === "dialog") return <RepliesDialog inboxId={inboxId} onClose={close} />;
  return (
    <RepliesPopup
      inboxId={inboxId}
      above={now.above}
      onManage={() => shown.value = { what: "dialog" }}
      onClose={close}
    />
  );
}
