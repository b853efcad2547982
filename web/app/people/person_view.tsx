/** Somebody: who they are, and what one may do about it by what they are to me. */
import { useEffect, useState } from "preact/hooks";
import type { Conversation, User } from "../../../client/mod.ts";
import { type Acting, useActing } from "../forms/acting.ts";
import { Fault } from "../forms/fault.tsx";
import { type Chat, useChat } from "../state/chat.ts";
import type { Relation } from "../state/people.ts";
import { go, hashOf } from "../state/route.ts";
import {
  AcceptFriend,
  AddFriend,
  BlockPerson,
  EditRemark,
  RemoveFriend,
} from "./person_dialogs.tsx";
import { PersonFacts, PersonHead } from "./person_profile.tsx";
import { words } from "./words.ts";

type Asking = "add" | "accept" | "remark" | "remove" | "block" | null;

/** Opens the conversation with somebody, and goes there. */
export async function startChat({ client }: Chat, userId: string): Promise<void> {
  const { id } = await client.ask<Conversation>("POST", "/v1/conversations/direct", { userId });
  go({ place: "chats", conversationId: id });
}

interface Parts {
  readonly user: User;
  readonly acting: Acting;
  readonly ask: (what: Asking) => void;
}

function MainActs({ user, acting: { isBusy, act }, ask }: Parts) {
  const chat = useChat();
  const t = words();
  const { people } = chat;
  const relation = people.relationTo(user.id);
  const outgoing = people.outgoing.value?.get(user.id);
  const incoming = people.incoming.value?.get(user.id);
  switch (relation) {
    case "me":
      return <a class="button" href={hashOf({ place: "settings", at: "profile" })}>{t.editMe}</a>;
    case "blocked":
      return (
        <button
          type="button"
          class="button"
          disabled={isBusy}
          onClick={() => void act(() => people.unblock(user.id))}
        >
          {t.unblock}
        </button>
      );
    case "asked":
      return (
        <button
          type="button"
          class="button"
          disabled={isBusy}
          onClick={() => void act(() => people.cancel(outgoing!))}
        >
          {t.cancelRequest}
        </button>
      );
    case "asking":
      return (
        <>
          <button type="button" class="button primary" onClick={() => ask("accept")}>
            {t.accept}
          </button>
          <button
            type="button"
            class="button"
            disabled={isBusy}
            onClick={() => void act(() => people.answer(incoming!, "refuse"))}
          >
            {t.refuse}
          </button>
        </>
      );
    case "stranger":
      return (
        <button type="button" class="button primary" onClick={() => ask("add")}>
          {t.addFriend}
        </button>
      );
    default:
      return relation satisfies "friend" | "unknown" && null;
  }
}

function Message({ user, acting: { isBusy, act } }: Parts) {
  const chat = useChat();
  const isFriend = chat.people.relationTo(user.id) === "friend";
  return (
    <button
      type="button"
      class={isFriend ? "button primary" : "button"}
      disabled={isBusy}
      onClick={() => void act(() => startChat(chat, user.id))}
    >
      {words().message}
    </button>
  );
}

function MoreActs({ user, ask }: Parts) {
  const { people } = useChat();
  const t = words();
  const relation = people.relationTo(user.id);
  if (relation === "me" || relation === "blocked" || relation === "unknown") return null;
  return (
    <div class="person-more">
      {relation === "friend" && (
        <>
          <button type="button" class="act" onClick={() => ask("remark")}>{t.edit}</button>
          <button type="button" class="act danger" onClick={() => ask("remove")}>{t.remove}</button>
        </>
      )}
      <button type="button" class="act danger" onClick={() => ask("block")}>{t.block}</button>
    </div>
  );
}

function Asked({ user, what, onClose }: { user: User; what: Asking; onClose: () => void }) {
  const request = useChat().people.incoming.value?.get(user.id);
  switch (what) {
    case "add":
      return <AddFriend user={user} onClose={onClose} />;
    case "accept":
      return request ? <AcceptFriend request={request} onClose={onClose} /> : null;
    case "remark":
      return <EditRemark user={user} onClose={onClose} />;
    case "remove":
      return <RemoveFriend user={user} onClose={onClose} />;
    case "block":
      return <BlockPerson user={user} onClose={onClose} />;
    default:
      return what satisfies null;
  }
}

/** What somebody is to me, in words. */
function said(user: User, relation: Relation): string {
  const t = words();
  switch (relation) {
    case "me":
      return t.me;
    case "blocked":
      return t.blocked;
    case "asked":
      return t.asked;
    case "asking":
      return t.wants(user.nickname);
    default:
      return "";
  }
}

/**
 * Who somebody is and what one may do about it: without the button for a message where one is writing
 * to them already, and in brief with a way to the profile in place of what is seldom done.
 */
export function PersonView({ user, canMessage = true, isBrief = false }: {
  user: User;
  canMessage?: boolean;
  isBrief?: boolean;
}) {
  const { people } = useChat();
  useEffect(() => people.want(), [people]);
  const relation = people.relationTo(user.id);
  const acting = useActing();
  const [asking, setAsking] = useState<Asking>(null);
  const parts = { user, acting, ask: setAsking };
  return (
    <>
      <PersonHead user={user} />
      <p class="person-said" role="status">{said(user, relation)}</p>
      <div class="person-acts">
        {canMessage && relation === "friend" && <Message {...parts} />}
        <MainActs {...parts} />
        {canMessage && relation === "stranger" && <Message {...parts} />}
        {isBrief && relation !== "me" && (
          <a class="button" href={hashOf({ place: "people", at: user.id })}>{words().toProfile}</a>
        )}
      </div>
      <Fault faults={acting.faults} />
      {!isBrief && <PersonFacts user={user} />}
      {!isBrief && <MoreActs {...parts} />}
      <Asked user={user} what={asking} onClose={() => setAsking(null)} />
    </>
  );
}
