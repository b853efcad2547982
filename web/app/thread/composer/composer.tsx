/** Where one writes. */
import { useContext, useId, useRef, useState } from "preact/hooks";
import type { ConversationView, Message } from "../../../../client/mod.ts";
import { IconButton, shapes } from "../../../ui/icon.tsx";
import { later } from "../../../ui/later.tsx";
import { type OpenThread, useOpen } from "../open_thread.ts";
import { errorWords } from "../refusals.ts";
import { SlotContext } from "../slots.ts";
import { Attach } from "./attach.tsx";
import { Banner } from "./banner.tsx";
import { calledIn } from "./mentions.ts";
import { MentionPopup } from "./mention_popup.tsx";
import { useMentions } from "./use_mentions.ts";
import { useText } from "./use_text.ts";
import { words } from "./words.ts";

const textMax = 10_000;
const microphone =
  "M12 15a3.500 3.500 0 003.500-3.500v-4a3.500 3.500 0 00-7 0v4A3.500 3.500 0 0012 15zM5.500 11.500a6.500 6.500 0 0013 0M12 18v3";

const EmojiPicker = later(async () =>
  (await import("../../../ui/emoji/emoji_picker.tsx")).EmojiPicker
);
const VoiceRecorder = later(async () => (await import("./voice.tsx")).VoiceRecorder);

// The shape of the body stays: a picture's caption is edited, never the picture.
async function saveEdit(open: OpenThread, message: Message, text: string): Promise<boolean> {
  const { kind, seq } = message;
  const old = message.body as Record<string, unknown>;
  const { caption: _, ...rest } = old;
  const body = kind === "text" ? { text } : { ...rest, ...(text === "" ? {} : { caption: text }) };
  const asked = { conversationId: open.id, seq, body };
  return await open.try(() => open.chat.client.request("message.edit", asked as never));
}

function sendText(open: OpenThread, text: string, mentions: readonly string[]): boolean {
  const replyTo = open.reply.peek()?.seq;
  try {
    open.chat.client.send(open.id, {
      kind: "text",
      body: { text },
      ...(mentions.length > 0 ? { mentions: [...mentions] } : {}),
      ...(replyTo === undefined ? {} : { replyTo }),
    });
  } catch (error) {
    open.say(errorWords(error));
    return false;
  }
  open.reply.value = null;
  open.unreadAfter.value = null;
  open.showNewest();
  return true;
}

function lastOfMine(open: OpenThread): Message | undefined {
  return open.messages.peek().findLast(({ from, kind, recalledAt }) =>
    from === open.chat.me && kind === "text" && recalledAt === undefined
  );
}

function useComposer(view: ConversationView) {
  const open = useOpen();
  const field = useText();
  const { text, write, isEdit } = field;
  const mentions = useMentions(view, write);
  const isBusy = useRef(false);
  const trimmed = text.trim();
  const over = [...trimmed].length - textMax;
  const submit = async () => {
    const editing = open.editing.peek();
    const isEmpty = trimmed === "" && (editing === null || editing.kind === "text");
    if (isEmpty || over > 0 || isBusy.current) return;
    if (editing === null) {
      if (!sendText(open, trimmed, calledIn(trimmed, mentions.picked.current))) return;
      mentions.picked.current = [];
      write("");
      return;
    }
    isBusy.current = true;
    const isSaved = await saveEdit(open, editing, trimmed);
    isBusy.current = false;
    if (isSaved) open.editing.value = null;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method is composing, Enter takes what it offers; Safari says so by 229 alone.
    if (event.isComposing || event.keyCode === 229) return;
    if (mentions.onKey(event, text)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void submit();
    } else if (event.key === "Escape" && (isEdit || open.reply.peek() !== null)) {
      event.preventDefault();
      open.editing.value = null;
      open.reply.value = null;
    } else if (event.key === "ArrowUp" && !event.altKey && text === "" && !isEdit) {
      const last = lastOfMine(open);
      if (last === undefined) return;
      event.preventDefault();
      open.editing.value = last;
    }
  };
  return { field, mentions, over, submit, onKeyDown, isEmpty: trimmed === "" };
}

type Writing = ReturnType<typeof useComposer>;

function TextArea({ writing, listId }: { writing: Writing; listId: string }) {
  const { field: { text, write, area }, mentions, onKeyDown } = writing;
  const t = words();
  const isAsking = mentions.found.length > 0;
  return (
    <textarea
      ref={area}
      rows={1}
      value={text}
      aria-label={t.write}
      placeholder={t.write}
      dir="auto"
      aria-autocomplete="list"
      aria-controls={isAsking ? listId : undefined}
      aria-activedescendant={isAsking ? `${listId}-${mentions.active}` : undefined}
      onInput={({ currentTarget: { value, selectionStart } }) => {
        write(value);
        mentions.look(value, selectionStart);
      }}
      onKeyDown={onKeyDown}
    />
  );
}

function MainButton({ writing, onVoice }: { writing: Writing; onVoice: () => void }) {
  const { field: { isEdit }, over, submit, isEmpty } = writing;
  const t = words();
  if (isEmpty && !isEdit) {
    return <IconButton shape={microphone} label={t.voice} onClick={onVoice} />;
  }
  return (
    <span class="send">
      <IconButton
        shape={isEdit ? shapes.check : shapes.send}
        label={isEdit ? t.save : t.send}
        disabled={over > 0}
        onClick={() => void submit()}
      />
    </span>
  );
}

function Sides({ writing, listId, onEmojiClose }: {
  writing: Writing;
  listId: string;
  /** Null while no emoji is picked. */
  onEmojiClose: (() => void) | null;
}) {
  const { field: { text, insert }, mentions: { found, active, pick } } = writing;
  return (
    <>
      {onEmojiClose !== null && (
        <div class="emoji-side">
          <EmojiPicker onPick={insert} onClose={onEmojiClose} />
        </div>
      )}
      {found.length > 0 && (
        <MentionPopup
          id={listId}
          found={found}
          active={active}
          onPick={(candidate) => pick(candidate, text)}
        />
      )}
    </>
  );
}

/** Sends with Enter; Shift with it makes a new line. */
export function Composer({ view, onFiles }: {
  view: ConversationView;
  onFiles: (files: readonly File[]) => void;
}) {
  const t = words();
  const listId = useId();
  const [side, setSide] = useState<"emoji" | "voice" | null>(null);
  const writing = useComposer(view);
  const { tools } = useContext(SlotContext);
  const { over, submit, field: { isEdit, area } } = writing;
  if (side === "voice") {
    return (
      <div class="composer">
        <VoiceRecorder onClose={() => setSide(null)} />
      </div>
    );
  }
  const closeEmoji = () => {
    setSide(null);
    area.current?.focus();
  };
  return (
    <div class="composer-frame">
      <Banner />
      <Sides
        writing={writing}
        listId={listId}
        onEmojiClose={side === "emoji" ? closeEmoji : null}
      />
      <form
        class="composer"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {!isEdit && <Attach onFiles={onFiles} />}
        <TextArea writing={writing} listId={listId} />
        {!isEdit && tools}
        {over > 0 && <span class="fault" role="alert">{t.tooLong(over)}</span>}
        <IconButton
          shape={shapes.smile}
          label={t.emoji}
          expanded={side === "emoji"}
          onClick={() => setSide(side === "emoji" ? null : "emoji")}
        />
        <MainButton writing={writing} onVoice={() => setSide("voice")} />
      </form>
    </div>
  );
}
