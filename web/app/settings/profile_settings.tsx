/** What others see of me. */
import { useEffect, useState } from "preact/hooks";
import type { Me } from "../../../client/mod.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Field } from "../../ui/field.tsx";
import { useActing } from "../forms/acting.ts";
import { Choice } from "../forms/choice.tsx";
import { Fault } from "../forms/fault.tsx";
import { given } from "../forms/form_dialog.tsx";
import { LongField } from "../forms/long_field.tsx";
import { SaveForm } from "../forms/save_form.tsx";
import { Toggle } from "../forms/toggle.tsx";
import { keepSession } from "../state/account.ts";
import { type Chat, useChat } from "../state/chat.ts";
import { words } from "./words.ts";

/** Takes what I have become, here and for the next visit. */
export function learnMe({ client, users }: Chat, me: Me): void {
  users.learn(me);
  const { session } = client;
  if (session !== null) keepSession({ ...session, user: me });
}

function useMe() {
  const chat = useChat();
  const [me, setMe] = useState<Me | null>(null);
  const { faults, act } = useActing();
  useEffect(() => {
    void act(async () => setMe(await chat.client.ask<Me>("GET", "/v1/users/me")));
  }, [chat]);
  return { me, setMe, faults };
}

function patchOf(form: FormData): Record<string, unknown> {
  return {
    nickname: given(form, "nickname"),
    avatarUrl: given(form, "avatarUrl") || null,
    bio: given(form, "bio") || null,
    sex: given(form, "sex"),
    findableByPhone: form.has("findableByPhone"),
  };
}

function Profile({ me, save }: { me: Me; save: (form: FormData) => Promise<void> }) {
  const t = words();
  const { sexes } = t;
  return (
    <SaveForm fields={["nickname", "avatarUrl", "bio"]} save={save}>
      {(faults) => (
        <>
          <Field
            name="nickname"
            label={t.nickname}
            value={me.nickname}
            maxLength={64}
            autocomplete="nickname"
            fault={faults["nickname"]}
          />
          <Field
            name="avatarUrl"
            type="url"
            label={t.avatarUrl}
            value={me.avatarUrl ?? ""}
            maxLength={2_048}
            hint={t.avatarHint}
            isRequired={false}
            fault={faults["avatarUrl"]}
          />
          <LongField
            name="bio"
            label={t.bio}
            value={me.bio ?? ""}
            maxLength={500}
            fault={faults["bio"]}
          />
          <Choice
            name="sex"
            label={t.sex}
            value={me.sex}
            options={[["unknown", sexes.unknown], ["male", sexes.male], ["female", sexes.female]]}
          />
          <Toggle
            name="findableByPhone"
            label={t.findable}
            hint={me.phone === null ? t.findableHint : `${t.phone(me.phone)}. ${t.findableHint}`}
            isOn={me.findableByPhone}
          />
        </>
      )}
    </SaveForm>
  );
}

/** The form. */
export function ProfileSettings() {
  const chat = useChat();
  const { me, setMe, faults } = useMe();
  if (me === null) return <Fault faults={faults} />;
  const save = async (form: FormData) => {
    const next = await chat.client.ask<Me>("PATCH", "/v1/users/me", patchOf(form));
    setMe(next);
    learnMe(chat, next);
  };
  return (
    <>
      <div class="settings-face">
        <Avatar id={me.id} name={me.nickname} url={me.avatarUrl} size={96} />
      </div>
      <Profile me={me} save={save} />
    </>
  );
}
