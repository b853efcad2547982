/** What is mine alone of a conversation. */
import type { ConversationView, My, SettingsPatch } from "../../../client/mod.ts";
import { useActing } from "../forms/acting.ts";
import { Choice } from "../forms/choice.tsx";
import { Fault } from "../forms/fault.tsx";
import { Toggle } from "../forms/toggle.tsx";
import { useChat } from "../state/chat.ts";
import { words } from "./words.ts";

/** Notifications, and its place in the list. */
export function MySettings({ view }: { view: ConversationView }) {
  const { client } = useChat();
  const t = words();
  const { notifies } = t;
  const { faults, act } = useActing();
  const set = (patch: SettingsPatch) =>
    void act(() => client.ask("PATCH", `/v1/conversations/${view.id}/settings`, patch));
  return (
    <div class="details-form">
      <Choice<My["notify"]>
        name="notify"
        label={t.notify}
        value={view.my.notify}
        options={[["all", notifies.all], ["mentions", notifies.mentions], ["none", notifies.none]]}
        onChoose={(notify) => set({ notify })}
      />
      <Toggle
        name="pinned"
        label={t.pin}
        isOn={view.my.pinned}
        onTurn={(pinned) => set({ pinned })}
      />
      <Fault faults={faults} />
    </div>
  );
}
