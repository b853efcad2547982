/** The list beside people's profiles: a search, what waits for an answer, and friends. */
import { useEffect, useState } from "preact/hooks";
import { Icon, IconButton } from "../../ui/icon.tsx";
import { later } from "../../ui/later.tsx";
import { useChat } from "../state/chat.ts";
import { hashOf, route } from "../state/route.ts";
import { FriendList } from "./friend_list.tsx";
import { PeopleSearch } from "./people_search.tsx";
import { words } from "./words.ts";

const groupShape =
  "M9 11a3.500 3.500 0 100-7 3.500 3.500 0 000 7zM2.500 20c.5-3.500 3-5.500 6.500-5.500s6 2 6.500 5.500M18 7v6M15 10h6";
const bellShape = "M5 17h14l-1.800-2.500V10a5.200 5.200 0 00-10.400 0v4.500zM10 20.500h4";

const NewGroup = later(async () => (await import("../groups/new_group.tsx")).NewGroup);

function RequestsRow() {
  const { pending } = useChat();
  const t = words();
  const at = route.value;
  const count = pending.value.friendRequests + pending.value.groupRequests;
  const isOpen = at.place === "people" && at.at === "requests";
  return (
    <a
      class="row"
      href={hashOf({ place: "people", at: "requests" })}
      aria-current={isOpen ? "true" : undefined}
    >
      <span class="row-emblem">
        <Icon shape={bellShape} />
      </span>
      <span class="row-main">
        <span class="row-title">{t.requests}</span>
      </span>
      {count > 0 && <span class="badge" aria-label={t.waiting(count)} role="img">{count}</span>}
    </a>
  );
}

/** The pane. */
export function PeoplePane() {
  const { people } = useChat();
  const t = words();
  const [written, setWritten] = useState("");
  const [isMaking, setMaking] = useState(false);
  useEffect(() => people.want(), [people]);
  const sought = written.trim();
  return (
    <>
      <header class="pane-head">
        <h1>{t.title}</h1>
        <IconButton shape={groupShape} label={t.newGroup} onClick={() => setMaking(true)} />
      </header>
      <div class="pane-search">
        <input
          type="search"
          class="search-field"
          aria-label={t.search}
          placeholder={t.searchHint}
          autocomplete="off"
          maxLength={64}
          value={written}
          onInput={({ currentTarget }) => setWritten(currentTarget.value)}
        />
      </div>
      <div class="pane-list">
        {sought === "" && <RequestsRow />}
        <FriendList written={sought} />
        {sought !== "" && <PeopleSearch written={sought} />}
      </div>
      {isMaking && <NewGroup onClose={() => setMaking(false)} />}
    </>
  );
}
