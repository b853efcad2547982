/** What there is to say of the open conversation: beside the thread where there is room, else over it. */
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ConversationView } from "../../../client/mod.ts";
import { IconButton, shapes } from "../../ui/icon.tsx";
import { Notice } from "../shell/notice.tsx";
import { useChat } from "../state/chat.ts";
import { areDetailsShown } from "../state/details.ts";
import { GroupEdit } from "./group_edit.tsx";
import { JoinRequests } from "./join_requests.tsx";
import { Links } from "./links.tsx";
import { Members } from "./members.tsx";
import { Overview } from "./overview.tsx";
import type { DetailsPage } from "./pages.ts";
import { Pins } from "./pins.tsx";
import { words } from "./words.ts";

const wide = matchMedia("(min-width: 1200px)");
const isWide = signal(wide.matches);
wide.addEventListener("change", () => {
  isWide.value = wide.matches;
});

function close(): void {
  areDetailsShown.value = false;
}

function Page({ view, page, open }: {
  view: ConversationView;
  page: DetailsPage;
  open: (page: DetailsPage) => void;
}) {
  switch (page) {
    case "members":
      return <Members view={view} />;
    case "links":
      return <Links view={view} />;
    case "requests":
      return <JoinRequests groupId={view.id} />;
    case "edit":
      return <GroupEdit view={view} onDone={() => open("overview")} />;
    case "pins":
      return <Pins view={view} />;
    default:
      return <Overview view={view} open={open} />;
  }
}

function titleOfPage(page: DetailsPage): string {
  const t = words();
  return page === "overview" ? t.title : t[page];
}

function Head({ page, open }: { page: DetailsPage; open: (page: DetailsPage) => void }) {
  const t = words();
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(page);
  useEffect(() => {
    // What had the focus is gone with the page before.
    if (shown.current !== page) heading.current!.focus();
    shown.current = page;
  }, [page]);
  return (
    <header class="details-head">
      {page !== "overview" && (
        <IconButton
          shape={shapes.back}
          label={t.back}
          onClick={() => open("overview")}
        />
      )}
      <h2 ref={heading} tabIndex={-1}>{titleOfPage(page)}</h2>
      <IconButton shape={shapes.close} label={t.close} onClick={close} />
    </header>
  );
}

function Sheet({ children }: { children: ComponentChildren }) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    element.current!.showModal();
    return () => {
      // It is over the thread: whoever goes elsewhere does not want it there too.
      close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      class="details sheet"
      aria-label={words().title}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onClick={(event) => event.target === element.current && close()}
    >
      {children}
      {/* What is below is dimmed and silent, and a notice would be too. */}
      <Notice />
    </dialog>
  );
}

/** The details of a conversation; rendered anew, by its key, for another. */
export function Details({ id }: { id: string }) {
  const view = useChat().conversation(id);
  const [page, open] = useState<DetailsPage>("overview");
  if (view === undefined) return null;
  const content = (
    <>
      <Head page={page} open={open} />
      <div class="details-body">
        <Page view={view} page={page} open={open} />
      </div>
    </>
  );
  return isWide.value
    ? <aside class="details" aria-label={words().title}>{content}</aside>
    : <Sheet>{content}</Sheet>;
}
