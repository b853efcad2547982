/** The list of settings. */
import { useState } from "preact/hooks";
import { Avatar } from "../../ui/avatar.tsx";
import { Confirm } from "../forms/confirm.tsx";
import { useChat } from "../state/chat.ts";
import { go, hashOf } from "../state/route.ts";
import { sectionOf, sections } from "./sections.ts";
import { words } from "./words.ts";

function Me() {
  const chat = useChat();
  const me = chat.users.of(chat.me);
  if (me === null) return null;
  return (
    <div class="settings-me">
      <Avatar id={me.id} name={me.nickname} url={me.avatarUrl} size={56} />
      <span class="row-main">
        <span class="row-title">{me.nickname}</span>
        {me.username !== null && <span class="row-excerpt">@{me.username}</span>}
      </span>
    </div>
  );
}

/** The pane; `at` is what is shown beside it. */
export function SettingsPane({ at }: { at: string | undefined }) {
  const { client } = useChat();
  const t = words();
  const [isLeaving, setLeaving] = useState(false);
  const open = sectionOf(at);
  const leave = async () => {
    await client.signOut();
    // Whoever signs in next does not begin where I was.
    go({ place: "chats" }, { replace: true });
  };
  return (
    <>
      <header class="pane-head">
        <h1>{t.title}</h1>
      </header>
      <div class="pane-list">
        <Me />
        <nav aria-label={t.title}>
          <ul class="rows-in">
            {sections.map((section) => (
              <li key={section}>
                <a
                  class="act settings-row"
                  href={hashOf({ place: "settings", at: section })}
                  aria-current={section === open ? "true" : undefined}
                >
                  {t.sections[section]}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <button type="button" class="act danger" onClick={() => setLeaving(true)}>
          {t.signOut}
        </button>
      </div>
      {isLeaving && (
        <Confirm
          title={t.signOut}
          text={t.surely}
          action={t.signOut}
          run={leave}
          onClose={() => setLeaving(false)}
        />
      )}
    </>
  );
}
