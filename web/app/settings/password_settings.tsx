/** Another password. */
import { PatterError } from "../../../client/mod.ts";
import { PasswordField } from "../forms/password_field.tsx";
import { SaveForm } from "../forms/save_form.tsx";
import { useChat } from "../state/chat.ts";
import { words } from "./words.ts";

/** The form. */
export function PasswordSettings() {
  const { client } = useChat();
  const t = words();
  const save = async (form: FormData, element: HTMLFormElement) => {
    const oldPassword = String(form.get("oldPassword"));
    const newPassword = String(form.get("newPassword"));
    await client.ask("POST", "/v1/auth/password", { oldPassword, newPassword });
    element.reset();
  };
  return (
    <SaveForm
      action={t.change}
      done={t.changed}
      fields={["oldPassword", "newPassword"]}
      save={(form, element) => save(form, element).catch(asField)}
    >
      {(faults) => (
        <>
          <PasswordField
            name="oldPassword"
            label={t.oldPassword}
            autocomplete="current-password"
            fault={faults["oldPassword"] && t.wrongPassword}
          />
          <PasswordField
            name="newPassword"
            label={t.newPassword}
            autocomplete="new-password"
            hint={t.passwordRule}
            fault={faults["newPassword"]}
          />
          <p class="hint">{t.passwordNote}</p>
        </>
      )}
    </SaveForm>
  );
}

// The server tells of credentials as a whole; here it can only be the one field.
function asField(error: unknown): never {
  if (!(error instanceof PatterError) || error.code !== "badCredentials") throw error;
  const errors = [{ path: "oldPassword", message: "" }];
  throw new PatterError(error.code, { ...error.problem!, errors });
}
