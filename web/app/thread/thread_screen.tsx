/** A conversation that is open: who it is with, its messages, and where one writes. */
import { useContext, useEffect, useState } from "preact/hooks";
import type { ConversationView } from "../../../client/mod.ts";
import { later } from "../../ui/later.tsx";
import { type Chat, useChat } from "../state/chat.ts";
import { route, seqAt } from "../state/route.ts";
import { AnnouncementBar } from "./bars/announcement_bar.tsx";
import { Head } from "./bars/head.tsx";
import { PinnedBar } from "./bars/pinned_bar.tsx";
import { Notice, Spoken } from "./bars/spoken.tsx";
import { Foot } from "./composer/foot.tsx";
import { OpenContext, OpenThread, useOpen } from "./open_thread.ts";
import { MessageList } from "./rows/message_list.tsx";
import { SlotContext } from "./slots.ts";
import { words } from "./words.ts";

const Overlays = later(async () => (await import("./overlays/overlays.tsx")).Overlays);

// To where I stopped reading, unless the address names a message.
async function begin(open: OpenThread, seq: number | undefined): Promise<void> {
  const { thread } = open;
  const unreadAfter = open.unreadAfter.peek();
  try {
    if (seq !== undefined) return await open.show(seq);
    await thread.loadOlder();
    const first = thread.messages[0]?.seq ?? 0;
    if (unreadAfter !== null && thread.hasOlder && first > unreadAfter + 1) {
      await thread.goTo(unreadAfter + 1);
    }
    if (unreadAfter !== null) open.jump.value = { seq: "unread" };
  } finally {
    open.jump.value ??= { seq: "newest" };
  }
}

/**
 * The conversation as soon as it is known: as it was at the last visit until the client has it and has
 * read where it shall begin.
 */
function useOpened(chat: Chat, id: string): OpenThread | null {
  const [open, setOpen] = useState<OpenThread | null>(null);
  const isKnown = chat.conversation(id) !== undefined;
  const isLive = chat.isLive(id);
  useEffect(() => {
    if (!isKnown) return;
    const thread = isLive ? chat.client.open(id) : chat.shelf.thread(id);
    const opened = new OpenThread(chat, thread, chat.conversation(id)!);
    setOpen((before) => before ?? opened);
    const seq = seqAt(route.peek());
    void opened.try(() => begin(opened, seq)).then(async () => {
      if (opened.isStopped) return;
      setOpen(opened);
      await opened.try(async () => await opened.peerRead?.find());
    });
    return () => opened.stop();
  }, [isKnown, isLive]);
  return open;
}

// The address may come to name another message while the conversation stays open.
function useRoute(open: OpenThread | null): void {
  const at = route.value;
  const seq = seqAt(at);
  useEffect(() => {
    if (open !== null && seq !== undefined) void open.show(seq);
  }, [at]);
}

function OverlayPlace() {
  const overlay = useOpen().overlay.value;
  return overlay === null ? null : <Overlays overlay={overlay} />;
}

function Opened({ view }: { view: ConversationView }) {
  const open = useOpen();
  const { bar } = useContext(SlotContext);
  const [isOver, setOver] = useState(false);
  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  return (
    <div
      class="thread-body"
      onDragOver={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        const { currentTarget, relatedTarget } = event;
        if (!currentTarget.contains(relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        setOver(false);
        if (!hasFiles(event)) return;
        event.preventDefault();
        open.dropped.value = [...event.dataTransfer!.files];
      }}
    >
      <Head view={view} />
      {bar}
      <PinnedBar />
      <AnnouncementBar view={view} />
      <MessageList />
      <Notice />
      <Foot view={view} />
      <Spoken />
      <OverlayPlace />
      {isOver && open.closedFor(view) === null && <p class="drop-here">{words().dropHere}</p>}
    </div>
  );
}

/** The conversation `id`; rendered anew, by its key, for another. */
export function ThreadScreen({ id }: { id: string }) {
  const chat = useChat();
  const view = chat.conversation(id);
  const open = useOpened(chat, id);
  useRoute(open);
  if (view === undefined || open === null) {
    const isMissing = view === undefined && chat.isSynced.value;
    return <p class="nothing" role="status">{isMissing ? words().notFound : "…"}</p>;
  }
  return (
    <OpenContext.Provider value={open}>
      <Opened view={view} />
    </OpenContext.Provider>
  );
}
