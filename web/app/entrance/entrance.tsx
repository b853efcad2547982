/** Signing in, and making an account. */
import { useState } from "preact/hooks";
import { register, type Session, signIn } from "../../../client/mod.ts";
import { Field } from "../../ui/field.tsx";
import { useActing } from "../forms/acting.ts";
import { Fault } from "../forms/fault.tsx";
import { given } from "../forms/form_dialog.tsx";
import { PasswordField } from "../forms/password_field.tsx";
import { endReason, keepSession } from "../state/account.ts";
import type { Faults } from "../state/failures.ts";
import { route } from "../state/route.ts";
import { deviceName } from "./device_name.ts";
import { whoIs } from "./who.ts";
import { words } from "./words.ts";

type Way = "signIn" | "signUp";

function enter(way: Way, form: FormData): Promise<Session> {
  const at = { url: location.origin };
  const device = { platform: "web" as const, name: deviceName(navigator.userAgent) };
  const username = given(form, "username");
  const password = String(form.get("password"));
  return way === "signIn"
    ? signIn(at, { ...whoIs(username), password, device })
    : register(at, { username, password, nickname: given(form, "nickname") || username, device });
}

function NewFields({ faults }: { faults: Faults }) {
  const t = words();
  return (
    <>
      <Field
        name="username"
        label={t.username}
        fault={faults["username"]}
        hint={t.usernameRule}
        autocomplete="username"
        maxLength={30}
      />
      <Field
        name="nickname"
        label={t.nickname}
        fault={faults["nickname"]}
        hint={t.nicknameHint}
        autocomplete="nickname"
        maxLength={64}
        isRequired={false}
      />
    </>
  );
}

function Fields({ way, faults }: { way: Way; faults: Faults }) {
  const t = words();
  const isNew = way === "signUp";
  return (
    <>
      {isNew ? <NewFields faults={faults} /> : (
        <Field
          name="username"
          label={t.usernameOrPhone}
          fault={faults["username"] ?? faults["phone"]}
          autocomplete="username"
          maxLength={64}
        />
      )}
      <PasswordField
        key={way}
        name="password"
        label={t.password}
        fault={faults["password"]}
        autocomplete={isNew ? "new-password" : "current-password"}
        hint={isNew ? t.passwordRule : undefined}
      />
    </>
  );
}

const fields = ["username", "phone", "nickname", "password"];

/** The screen for who is not signed in. */
export function Entrance() {
  const t = words();
  const [way, setWay] = useState<Way>("signIn");
  const { isBusy, faults, act, clear } = useActing();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    void act(async () => keepSession(await enter(way, form)));
  };
  const turn = () => {
    setWay(way === "signIn" ? "signUp" : "signIn");
    clear();
  };
  const isNew = way === "signUp";
  return (
    <main class="entrance">
      <form class="entrance-card" onSubmit={submit}>
        <img src="/icon.svg" alt="" width="56" height="56" />
        <h1>Patter</h1>
        <p class="tagline">{t.tagline(location.host)}</p>
        {endReason.value !== null && (
          <p class="ended" role="status">{t.ends[endReason.value] ?? t.ended}</p>
        )}
        {route.value.place === "join" && <p class="entrance-note">{t.toJoin}</p>}
        <Fields way={way} faults={faults} />
        <Fault faults={faults} fields={fields} />
        <button type="submit" class="button primary" disabled={isBusy}>
          {isNew ? t.signUp : t.signIn}
        </button>
        <button type="button" class="link" onClick={turn}>{isNew ? t.toSignIn : t.toSignUp}</button>
      </form>
    </main>
  );
}
