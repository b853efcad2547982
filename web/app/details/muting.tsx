/** Making a member silent for a while. */
import { useState } from "preact/hooks";
import type { ConversationView, Member } from "../../../client/mod.ts";
import type { Acting } from "../forms/acting.ts";
import { Choice } from "../forms/choice.tsx";
import { mutedText } from "./member_words.ts";
import { words } from "./words.ts";

/** Whom it is about, and how it is done. */
export interface MemberParts {
  readonly view: ConversationView;
  readonly member: Member;
  readonly acting: Acting;
  /** Changes the member at the server. */
  readonly patch: (patch: Partial<Member>) => Promise<boolean>;
}

type Hours = "1" | "24" | "168" | "720";

const hourMs = 3_600_000;

/** For how long, or the end of it. */
export function Muting({ member, acting: { isBusy }, patch }: MemberParts) {
  const t = words();
  const { muteTimes } = t;
  const [hours, setHours] = useState<Hours>("1");
  if (mutedText(member) !== "") {
    return (
      <button
        type="button"
        class="act"
        disabled={isBusy}
        onClick={() => void patch({ mutedUntil: null })}
      >
        {t.unmute}
      </button>
    );
  }
  const mute = () =>
    patch({ mutedUntil: new Date(Date.now() + Number(hours) * hourMs).toISOString() });
  return (
    <div class="muting">
      <Choice<Hours>
        name="hours"
        label={t.mute}
        value={hours}
        options={[
          ["1", muteTimes["1"]],
          ["24", muteTimes["24"]],
          ["168", muteTimes["168"]],
          ["720", muteTimes["720"]],
        ]}
        onChoose={setHours}
      />
      <button type="button" class="button" disabled={isBusy} onClick={() => void mute()}>
        {t.muteNow}
      </button>
    </div>
  );
}
