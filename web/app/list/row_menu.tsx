/** The menu of a conversation in the list, and what it asks before something is lost. */
import { useState } from "preact/hooks";
import type { ConversationView } from "../../../client/mod.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { type Chat, useChat } from "../state/chat.ts";
import { titleOf } from "../state/names.ts";
import { change, clearHistory, hide, leaveGroup, turnRead } from "./actions.ts";
import { actionWords } from "./actions_words.ts";
import { listShapes } from "./icons.ts";
import { Menu, type MenuItem } from "./menu.tsx";
import type { MenuPlace } from "./menu_gestures.ts";

type Asked = "clear" | "leave";

function notifyItems(chat: Chat, { id, my, state }: ConversationView): MenuItem[] {
  const t = actionWords();
  const of = (notify: "all" | "mentions" | "none", label: string) => ({
    label,
    isChosen: my.notify === notify,
    run: () => void change(chat, id, { notify }),
  });
  return [
    { ...of("all", t.notifyAll), isFirst: true },
    // With one other person there is nobody else to be meant.
    ...state.kind === "direct" ? [] : [of("mentions", t.notifyMentions)],
    of("none", t.notifyNone),
  ];
}

const leaving = { shape: listShapes.leave, isDanger: true, isAsking: true };

function itemsOf(chat: Chat, view: ConversationView, ask: (what: Asked) => void): MenuItem[] {
  const t = actionWords();
  const { id, my, state, unread } = view;
  const isUnread = unread > 0 || my.markedUnread === true;
  const mayLeave = state.kind === "group" && state.dismissedAt === null;
  return [
    {
      label: my.pinned ? t.unpin : t.pin,
      shape: listShapes.pin,
      run: () => void change(chat, id, { pinned: !my.pinned }),
    },
    {
      label: isUnread ? t.markRead : t.markUnread,
      shape: listShapes.unread,
      run: () => turnRead(chat, view),
    },
    ...notifyItems(chat, view),
    {
      label: t.hide,
      shape: listShapes.hide,
      isFirst: true,
      run: () => void hide(chat, id),
    },
    {
      label: t.clear,
      shape: listShapes.broom,
      isDanger: true,
      isAsking: true,
      run: () => ask("clear"),
    },
    ...mayLeave ? [{ ...leaving, label: t.leave, run: () => ask("leave") }] : [],
  ];
}

function Sure({ asked, view, onClose }: {
  asked: Asked;
  view: ConversationView;
  onClose: () => void;
}) {
  const t = actionWords();
  const chat = useChat();
  const isLeaving = asked === "leave";
  const act = () => {
    onClose();
    if (isLeaving) void leaveGroup(chat, view.id);
    else void clearHistory(chat, view);
  };
  return (
    <Dialog title={isLeaving ? t.leave : t.clear} onClose={onClose}>
      <p class="dialog-text">
        <strong>{titleOf(view)}</strong>
        <br />
        {isLeaving ? t.leaveText : t.clearText}
      </p>
      <div class="dialog-foot">
        <button type="button" class="button" onClick={onClose}>{t.cancel}</button>
        <button type="button" class="button danger" onClick={act}>
          {isLeaving ? t.leave : t.clear}
        </button>
      </div>
    </Dialog>
  );
}

/** Open for as long as it is rendered. */
export function RowMenu({ id, at, onClose }: { id: string; at: MenuPlace; onClose: () => void }) {
  const chat = useChat();
  const [asked, setAsked] = useState<Asked | null>(null);
  const view = chat.conversation(id);
  if (view === undefined) return null;
  if (asked !== null) return <Sure asked={asked} view={view} onClose={onClose} />;
  const items = itemsOf(chat, view, setAsked);
  return <Menu at={at} label={actionWords().menu(titleOf(view))} items={items} onClose={onClose} />;
}
