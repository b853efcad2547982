/** Signing in, and making an account. */
import { useState } from "preact/hooks";
import { PatterError, register, signIn } from "../../../client/mod.ts";
import { Field } from "../../ui/field.tsx";
import { endReason, keepSession } from "../state/account.ts";
import { words } from "./words.ts";

type Way = "signIn" | "signUp";
const device = { platform: "web" as const };

function enter(way: Way, form: FormData) {
  const at = { url: location.origin };
  const given = (name: string) => String(form.get(name) ?? "").trim();
  const username = given("username");
  const password = String(form.get("password"));
  return way === "signIn"
    ? signIn(at, { username, password, device })
    : register(at, { username, password, nickname: given("nickname") || username, device });
}

/** What is wrong, by field; under `""` what is wrong at all. */
type Faults = Readonly<Record<string, string>>;

function faultsOf(error: unknown): Faults {
  if (!(error instanceof PatterError)) throw error;
  const { failures, other } = words();
  const fields = error.problem?.errors ?? [];
  if (fields.length === 0) return { "": failures[error.code] ?? other };
  return Object.fromEntries(fields.map(({ path, message }) => [path, message]));
}

/** The screen for who is not signed in. */
export function Entrance() {
  const t = words();
  const [way, setWay] = useState<Way>("signIn");
  const [faults, setFaults] = useState<Faults>({});
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      keepSession(await enter(way, new FormData(event.target as HTMLFormElement)));
    } catch (error) {
      setFaults(faultsOf(error));
      setBusy(false);
    }
  };
  const turn = () => {
    setWay(way === "signIn" ? "signUp" : "signIn");
    setFaults({});
  };
  const isNew = way === "signUp";
  return (
    <main class="entrance">
      <form class="entrance-card" onSubmit={submit}>
        <img src="/icon.svg" alt="" width="56" height="56" />
        <h1>Patter</h1>
        <p class="tagline">{t.tagline}</p>
        {endReason.value !== null && (
          <p class="ended" role="status">{t.ends[endReason.value] ?? t.ended}</p>
        )}
        <Field
          name="username"
          label={t.username}
          fault={faults["username"]}
          autocomplete="username"
        />
        {isNew && (
          <Field
            name="nickname"
            label={t.nickname}
            fault={faults["nickname"]}
            autocomplete="nickname"
          />
        )}
        <Field
          name="password"
          type="password"
          label={t.password}
          fault={faults["password"]}
          autocomplete={isNew ? "new-password" : "current-password"}
          {...(isNew ? { hint: t.passwordRule } : {})}
        />
        <p class="fault" role="alert">{faults[""]}</p>
        <button type="submit" class="button primary" disabled={isBusy}>
          {isNew ? t.signUp : t.signIn}
        </button>
        <button type="button" class="link" onClick={turn}>{isNew ? t.toSignIn : t.toSignUp}</button>
      </form>
    </main>
  );
}
