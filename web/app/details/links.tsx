/** Links that let whoever has them into a group. */
import { useEffect, useState } from "preact/hooks";
import type { ConversationView, Invite } from "../../../client/mod.ts";
import { dayOf, timeOf } from "../../ui/times.ts";
import { useActing } from "../forms/acting.ts";
import { Confirm } from "../forms/confirm.tsx";
import { Fault } from "../forms/fault.tsx";
import { useChat } from "../state/chat.ts";
import { tell } from "../state/notice.ts";
import { readAll } from "../state/pages.ts";
import { NewLink } from "./new_link.tsx";
import { words } from "./words.ts";

async function copy(invite: Invite, row: HTMLElement): Promise<void> {
  if (navigator.clipboard === undefined) {
    // Only pages over https may write to the clipboard: at least it is marked.
    row.querySelector("input")!.select();
    return;
  }
  await navigator.clipboard.writeText(invite.url);
  tell(words().copied);
}

function LinkRow({ invite, onRevoke }: { invite: Invite; onRevoke: () => void }) {
  const chat = useChat();
  const t = words();
  const { url, uses, maxUses, expiresAt, creatorId } = invite;
  const facts = [
    t.usesOf(uses, maxUses),
    ...expiresAt === null ? [] : [t.until(`${dayOf(expiresAt)}, ${timeOf(expiresAt)}`)],
    ...creatorId === chat.me ? [] : [t.by(chat.users.nameOf(creatorId))],
  ];
  return (
    <li class="link-row">
      <input
        class="search-field"
        readOnly
        value={url}
        aria-label={t.links}
        onFocus={({ currentTarget }) => currentTarget.select()}
      />
      <span class="hint">{facts.join(" · ")}</span>
      <span class="link-acts">
        <button
          type="button"
          class="button"
          onClick={({ currentTarget }) => void copy(invite, currentTarget.closest("li")!)}
        >
          {t.copy}
        </button>
        <button type="button" class="button danger" onClick={onRevoke}>{t.revoke}</button>
      </span>
    </li>
  );
}

/** The page. */
export function Links({ view }: { view: ConversationView }) {
  const { client } = useChat();
  const t = words();
  const path = `/v1/groups/${view.id}/invites`;
  const [links, setLinks] = useState<readonly Invite[] | null>(null);
  const [revoking, setRevoking] = useState<Invite | null>(null);
  const { faults, act } = useActing();
  useEffect(() => {
    void act(async () => setLinks(await readAll<Invite>(client, path)));
  }, [client, path]);
  const revoke = async ({ code }: Invite) => {
    await client.ask("DELETE", `${path}/${encodeURIComponent(code)}`);
    setLinks((all) => all?.filter((link) => link.code !== code) ?? null);
  };
  return (
    <>
      <p class="hint">{t.linkNote}</p>
      <NewLink path={path} onMade={(made) => setLinks((all) => [made, ...all ?? []])} />
      <Fault faults={faults} />
      {links?.length === 0 && <p class="empty">{t.noLinks}</p>}
      <ul class="rows-in">
        {links?.map((invite) => (
          <LinkRow
            key={invite.code}
            invite={invite}
            onRevoke={() => setRevoking(invite)}
          />
        ))}
      </ul>
      {revoking !== null && (
        <Confirm
          title={t.revokeTitle}
          text={t.revokeText}
          action={t.revoke}
          run={() => revoke(revoking)}
          onClose={() => setRevoking(null)}
        />
      )}
    </>
  );
}
