/** Above the list: where one searches, and where a new conversation begins. */
import { Icon, shapes } from "../../ui/icon.tsx";
import { hashOf } from "../state/route.ts";
import { listShapes } from "./icons.ts";
import { query, searchFieldId } from "./search.ts";
import { words } from "./words.ts";

function SearchField() {
  const t = words();
  return (
    <div class="search" role="search">
      <Icon shape={listShapes.search} size={18} />
      <input
        id={searchFieldId}
        class="search-field"
        type="text"
        role="searchbox"
        enterKeyHint="search"
        autocomplete="off"
        spellcheck={false}
        maxLength={200}
        value={query.value}
        placeholder={t.search}
        aria-label={t.search}
        onInput={({ currentTarget }) => query.value = currentTarget.value}
        onKeyDown={(event) => {
          if (event.key === "Escape" && query.value !== "") {
            event.preventDefault();
            query.value = "";
          } else if (event.key === "ArrowDown") {
            event.preventDefault();
            document.querySelector<HTMLElement>(".rows a[tabindex='0'], .rows.found a")?.focus();
          }
        }}
      />
      {query.value !== "" && (
        <button
          type="button"
          class="icon-button"
          aria-label={t.clear}
          title={t.clear}
          onClick={() => {
            query.value = "";
            document.getElementById(searchFieldId)?.focus();
          }}
        >
          <Icon shape={shapes.close} size={18} />
        </button>
      )}
    </div>
  );
}

/** The head of the list. */
export function ListHead() {
  const t = words();
  return (
    <header class="list-head">
      <SearchField />
      <a
        class="icon-button"
        href={hashOf({ place: "people" })}
        aria-label={t.newChat}
        title={t.newChat}
      >
        <Icon shape={listShapes.write} />
      </a>
    </header>
  );
}
