/** All conversations, the pinned ones first, then by what happened last; or what is searched among them. */
import { useChat } from "../state/chat.ts";
import { hashOf } from "../state/route.ts";
import { ListHead } from "./list_head.tsx";
import { Rows } from "./rows.tsx";
import { query } from "./search.ts";
import { SearchResults } from "./search_results.tsx";
import { words } from "./words.ts";

function Skeleton() {
  return (
    <div class="rows" role="status" aria-label={words().loading}>
      {Array.from({ length: 9 }, (_, nth) => (
        <div key={nth} class="row skeleton" aria-hidden="true">
          <span class="bone round" />
          <span class="row-main">
            <span class="bone" style={{ width: `${40 + nth * 17 % 35}%` }} />
            <span class="bone thin" style={{ width: `${60 + nth * 23 % 35}%` }} />
          </span>
        </div>
      ))}
    </div>
  );
}

function Empty() {
  const t = words();
  return (
    <div class="list-empty">
      <h2>{t.emptyTitle}</h2>
      <p>{t.empty}</p>
      <a class="button primary" href={hashOf({ place: "people" })}>{t.findPeople}</a>
    </div>
  );
}

function Listed({ openId }: { openId: string | undefined }) {
  const chat = useChat();
  const items = chat.conversations.value.map(({ id, state, my }) => ({
    id,
    peerId: state.kind === "direct" ? my.peer?.id ?? null : null,
  }));
  if (items.length > 0) return <Rows items={items} openId={openId} />;
  return chat.isListKnown ? <Empty /> : <Skeleton />;
}

/** The list; `openId` is the one that is shown beside it. */
export function ConversationList({ openId }: { openId: string | undefined }) {
  const wanted = query.value;
  return (
    <>
      <ListHead />
      {wanted.trim() === "" ? <Listed openId={openId} /> : <SearchResults wanted={wanted} />}
    </>
  );
}
