/** Where the visitor writes. */
import { useEffect, useRef, useState } from "preact/hooks";
import { PatterError } from "../../client/mod.ts";
import { Field } from "../ui/field.tsx";
import { Icon, IconButton, shapes } from "../ui/icon.tsx";
import { later } from "../ui/later.tsx";
import type { VisitorChat } from "./chat.ts";
import type { Stage } from "./stage.ts";
import { faultOf, words } from "./words.ts";

const EmojiPicker = later(() =>
  import("../ui/emoji/emoji_picker.tsx").then((part) => part.EmojiPicker)
);
const textMax = 10_000;

/** What is written and not sent, and how it goes out. */
function useDraft(stage: Stage) {
  const { keeping, visit } = stage;
  const chat = visit.chat.value;
  const subject = visit.subject.value;
  const area = useRef<HTMLTextAreaElement>(null);
  // Whoever comes next has nothing of it.
  const [draft, setDraft] = useState({ subject, text: keeping.draftOf(subject) });
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const text = draft.subject === subject ? draft.text : keeping.draftOf(subject);

  const write = (text: string) => {
    setDraft({ subject, text });
    keeping.keepDraft(subject, text);
    chat?.client.typing(chat.conversationId, text !== "");
  };
  const withChat = async (act: (chat: VisitorChat) => void) => {
    if (isBusy) return;
    setFault(null);
    setBusy(true);
    try {
      act(chat ?? await visit.begin(keeping.get("name")?.trim()));
    } catch (error) {
      if (!(error instanceof PatterError)) throw error;
      setFault(faultOf(error.code));
    } finally {
      setBusy(false);
    }
  };
  const send = () => {
    const trimmed = text.trim();
    if (trimmed === "") return;
    void withChat((chat) => {
      chat.send({ kind: "text", body: { text: trimmed } });
      write("");
    });
  };
  return { area, text, fault, isBusy, write, withChat, send };
}

type Draft = ReturnType<typeof useDraft>;

function insert({ area, text, write }: Draft, what: string): void {
  const { selectionStart: from, selectionEnd: to } = area.current!;
  write(text.slice(0, from) + what + text.slice(to));
  requestAnimationFrame(() => {
    area.current?.focus();
    area.current?.setSelectionRange(from + what.length, from + what.length);
  });
}

function Attach({ draft }: { draft: Draft }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton
        shape={shapes.clip}
        label={words().attach}
        onClick={() => input.current!.click()}
      />
      <input
        ref={input}
        type="file"
        hidden
        multiple
        onChange={({ currentTarget }) => {
          const files = [...currentTarget.files ?? []];
          currentTarget.value = "";
          if (files.length > 0) void draft.withChat((chat) => chat.uploads.add(files));
        }}
      />
    </>
  );
}

function Emoji({ draft }: { draft: Draft }) {
  const [isOpen, setOpen] = useState(false);
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    const outside = ({ target }: Event) => {
      if (!place.current!.contains(target as Node)) setOpen(false);
    };
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, [isOpen]);
  return (
    <span ref={place}>
      <IconButton
        shape={shapes.smile}
        label={words().emoji}
        expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      />
      {isOpen && (
        <div class="emoji-place">
          <EmojiPicker
            onPick={(emoji) => {
              setOpen(false);
              insert(draft, emoji);
            }}
            onClose={() => {
              setOpen(false);
              draft.area.current!.focus();
            }}
          />
        </div>
      )}
    </span>
  );
}

function Area({ draft }: { draft: Draft }) {
  const t = words();
  return (
    <textarea
      ref={draft.area}
      rows={1}
      dir="auto"
      maxLength={textMax}
      value={draft.text}
      aria-label={t.write}
      placeholder={t.write}
      onInput={({ currentTarget }) => draft.write(currentTarget.value)}
      onKeyDown={(event) => {
        // While an input method is composing, Enter takes what it offers.
        if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        draft.send();
      }}
      onPaste={(event) => {
        const files = [...event.clipboardData?.files ?? []];
        if (files.length === 0) return;
        event.preventDefault();
        void draft.withChat((chat) => chat.uploads.add(files));
      }}
    />
  );
}

/** The bottom of the chat. */
export function Composer({ stage }: { stage: Stage }) {
  const t = words();
  const draft = useDraft(stage);
  const { chat, subject } = stage.visit;
  if (chat.value?.view?.state.dismissedAt) return <p class="note">{t.over}</p>;
  const mayName = chat.value === null && subject.value === null && stage.face.value !== null;
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        draft.send();
      }}
      onInput={({ target }) => {
        const { name, value } = target as HTMLInputElement;
        if (name === "name") stage.keeping.set("name", value || null);
      }}
    >
      {draft.fault !== null && <p class="fault" role="alert">{draft.fault}</p>}
      {mayName && (
        <Field
          name="name"
          label={t.name}
          autocomplete="given-name"
          isRequired={false}
          maxLength={64}
          value={stage.keeping.get("name") ?? ""}
        />
      )}
      <div class="composer-line">
        <Attach draft={draft} />
        <Area draft={draft} />
        <Emoji draft={draft} />
        <button
          type="submit"
          class="icon-button send"
          aria-label={t.send}
          title={t.send}
          disabled={draft.text.trim() === "" || draft.isBusy}
        >
          <Icon shape={shapes.send} />
        </button>
      </div>
    </form>
  );
}
