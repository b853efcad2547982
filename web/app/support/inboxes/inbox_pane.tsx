/** The list of inboxes, for admins. */
import { useEffect } from "preact/hooks";
import { Icon, IconButton, shapes } from "../../../ui/icon.tsx";
import { useActing } from "../../forms/acting.ts";
import { Fault } from "../../forms/fault.tsx";
import { useChat } from "../../state/chat.ts";
import { go, hashOf } from "../../state/route.ts";
import { inboxesOf } from "./inboxes.ts";
import { words } from "./words.ts";

const plus = "M12 5v14M5 12h14";
const tray = "M4 13l2.500-8h11L20 13v6H4zM4 13h4.500l1 2.500h5l1-2.500H20";

function None() {
  const t = words();
  return (
    <div class="list-empty">
      <h2>{t.none}</h2>
      <p>{t.noneNote}</p>
      <a class="button primary" href={hashOf({ place: "inboxes", at: "new" })}>{t.add}</a>
    </div>
  );
}

/** The pane; `at` is what is shown beside it. */
export function InboxPane({ at }: { at: string | undefined }) {
  const inboxes = inboxesOf(useChat());
  const t = words();
  const { faults, act } = useActing();
  useEffect(() => void act(() => inboxes.read()), [inboxes]);
  const items = inboxes.items.value;
  return (
    <>
      <header class="pane-head">
        <IconButton
          shape={shapes.back}
          label={t.back}
          onClick={() => go({ place: "support" })}
        />
        <h1>{t.title}</h1>
        <a
          class="icon-button"
          href={hashOf({ place: "inboxes", at: "new" })}
          aria-label={t.add}
          title={t.add}
        >
          <Icon shape={plus} />
        </a>
      </header>
      <Fault faults={faults} />
      {items?.length === 0 && <None />}
      <div class="pane-list">
        <ul class="rows-in">
          {items?.map(({ id, name, agents }) => (
            <li key={id}>
              <a
                class="row"
                href={hashOf({ place: "inboxes", at: id })}
                aria-current={id === at ? "true" : undefined}
              >
                <span class="row-emblem">
                  <Icon shape={tray} />
                </span>
                <span class="row-main">
                  <span class="row-title">
                    <bdi>{name}</bdi>
                  </span>
                  <span class="row-excerpt">{t.agentsCount(agents.length)}</span>
                </span>
              </a>
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}
