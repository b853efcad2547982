/** What was found: conversations by their names, then messages with the places marked. */
import { Avatar } from "../../ui/avatar.tsx";
import { briefly } from "../../ui/times.ts";
import { useChat } from "../state/chat.ts";
import { faceOf, titleOf } from "../state/names.ts";
import { hashOf, openAt, route, seqAt } from "../state/route.ts";
import { routeTo } from "../state/served.ts";
import { foundTextOf } from "./found_text.ts";
import { type Found, type Hit, namesFound, query, useMessageSearch } from "./search.ts";
import { snippetOf } from "./snippet.ts";
import { words } from "./words.ts";

function NameRow({ id }: { id: string }) {
  const view = useChat().conversation(id);
  if (view === undefined) return null;
  return (
    <li>
      <a
        class="row short"
        href={hashOf(routeTo(view))}
        onClick={() => query.value = ""}
      >
        <Avatar {...faceOf(view)} size={36} />
        <span class="row-main">
          <span class="row-title">
            <bdi>{titleOf(view)}</bdi>
          </span>
        </span>
      </a>
    </li>
  );
}

function HitRow({ hit: { conversationId, message, ranges } }: { hit: Hit }) {
  const chat = useChat();
  const view = chat.conversation(conversationId);
  const { from, seq, at } = message;
  const sender = from === chat.me ? words().you : from === null ? "" : chat.users.nameOf(from);
  const here = route.value;
  const isOpen = openAt(here) === conversationId && seqAt(here) === seq;
  return (
    <li>
      <a
        class="row"
        href={hashOf(view ? routeTo(view, seq) : { place: "chats", conversationId, seq })}
        aria-current={isOpen ? "true" : undefined}
      >
        {view && <Avatar {...faceOf(view)} size={46} />}
        <span class="row-main">
          <span class="row-line">
            <span class="row-title">
              <bdi>{view ? titleOf(view) : ""}</bdi>
            </span>
            <span class="row-time">
              <time dateTime={at}>{briefly(at)}</time>
            </span>
          </span>
          <span class="row-excerpt">
            {view?.state.kind !== "direct" && sender !== "" && `${sender}: `}
            {snippetOf(foundTextOf(message), ranges).map(({ text, isHit }, nth) =>
              isHit ? <mark key={nth}>{text}</mark> : text
            )}
          </span>
        </span>
      </a>
    </li>
  );
}

function Hits({ found, more }: { found: Found; more: () => void }) {
  const t = words();
  const { state, hits, cursor } = found;
  return (
    <>
      {hits.length > 0 && <h2>{t.messages}</h2>}
      <ul>
        {hits.map((hit) => <HitRow key={`${hit.conversationId} ${hit.message.seq}`} hit={hit} />)}
      </ul>
      {state === "done" && cursor !== null && (
        <button type="button" class="button more-hits" onClick={more}>{t.moreHits}</button>
      )}
    </>
  );
}

function standing({ state, hits }: Found, names: number): string {
  const t = words();
  if (state === "searching") return t.searching;
  if (state === "failed") return t.searchFailed;
  const count = names + hits.length;
  return count === 0 ? t.nothingFound : t.found(count);
}

// Between results as between the rows of the list.
function walk(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const links = [...(event.currentTarget as HTMLElement).querySelectorAll("a")];
  const at = links.indexOf(document.activeElement as HTMLAnchorElement);
  const next = links[at + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

/** What was found for `wanted`. */
export function SearchResults({ wanted }: { wanted: string }) {
  const t = words();
  const chat = useChat();
  const { found, more } = useMessageSearch(chat, wanted);
  const names = namesFound(chat.everything.value, wanted);
  return (
    <div class="rows found" onKeyDown={walk}>
      {names.length > 0 && (
        <>
          <h2>{t.chats}</h2>
          <ul>{names.map(({ id }) => <NameRow key={id} id={id} />)}</ul>
        </>
      )}
      <Hits found={found} more={more} />
      <p class="standing" role="status">{standing(found, names.length)}</p>
    </div>
  );
}
