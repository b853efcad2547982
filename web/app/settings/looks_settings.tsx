/** Language and colours. */
import { type Language, language, setLanguage } from "../../ui/language.ts";
import type { Me } from "../../../client/mod.ts";
import { useActing } from "../forms/acting.ts";
import { Choice } from "../forms/choice.tsx";
import { Fault } from "../forms/fault.tsx";
import { useChat } from "../state/chat.ts";
import { type Theme, theme } from "../state/preferences.ts";
import { learnMe } from "./profile_settings.tsx";
import { words } from "./words.ts";

const tags: Readonly<Record<Language, string>> = { en: "en", zh: "zh-CN" };

/** The choices; the language goes with the account too, for what the server writes. */
export function LooksSettings() {
  const chat = useChat();
  const t = words();
  const { faults, act } = useActing();
  const speak = (to: Language) => {
    setLanguage(to);
    void act(async () => {
      learnMe(chat, await chat.client.ask<Me>("PATCH", "/v1/users/me", { locale: tags[to] }));
    });
  };
  return (
    <div class="save-form">
      <Choice<Language>
        name="language"
        label={t.language}
        value={language.value}
        options={[["en", "English"], ["zh", "简体中文"]]}
        onChoose={speak}
      />
      <Fault faults={faults} />
      <Choice<Theme>
        name="theme"
        label={t.theme}
        value={theme.value}
        options={[["system", t.themes.system], ["light", t.themes.light], ["dark", t.themes.dark]]}
        onChoose={(to) => {
          theme.value = to;
        }}
      />
    </div>
  );
}
