/** A visitor's conversation as its agents have it: the conversation, and what is done about it. */
import { useEffect } from "preact/hooks";
import { useChat } from "../state/chat.ts";
import { SlotContext } from "../thread/slots.ts";
import { ThreadScreen } from "../thread/thread_screen.tsx";
import { RepliesPlace, RepliesTool } from "./replies/replies_tool.tsx";
import { SupportBar } from "./support_bar.tsx";
import { supportDeskOf } from "./support_desk.ts";
import { words } from "./words.ts";

function Served({ id }: { id: string }) {
  const chat = useChat();
  const desk = supportDeskOf(chat);
  const view = chat.conversation(id);
  const facts = desk.of(id);
  const isKnown = view !== undefined;
  useEffect(() => {
    if (isKnown && facts === undefined) void desk.find(id);
  }, [isKnown]);
  const slots = view === undefined || facts === undefined ? {} : {
    bar: <SupportBar view={view} facts={facts} />,
    tools: <RepliesTool />,
  };
  return (
    <SlotContext.Provider value={slots}>
      <ThreadScreen id={id} />
      {facts !== undefined && <RepliesPlace inboxId={facts.inboxId} />}
    </SlotContext.Provider>
  );
}

/** The conversation at an address, or the word that none is open. */
export function SupportStage({ id }: { id: string | undefined }) {
  return id === undefined ? <p class="nothing">{words().pickOne}</p> : <Served id={id} />;
}
