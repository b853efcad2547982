/** What is around all screens: where one can go, the list, what is open, and what there is to say of it. */
import { useEffect } from "preact/hooks";
import { later } from "../../ui/later.tsx";
import { NotificationPrompt } from "../alerts/prompt.tsx";
import { isHelpShown, listenForShortcuts } from "../keys/shortcuts.ts";
import { ConversationList } from "../list/conversation_list.tsx";
import { useChat } from "../state/chat.ts";
import { areDetailsShown } from "../state/details.ts";
import { openAt, type Route, route } from "../state/route.ts";
import { ConnectionBar } from "./connection_bar.tsx";
import { Notice } from "./notice.tsx";
import { Rail } from "./rail.tsx";
import { VersionBar } from "./version_bar.tsx";
import { words } from "./words.ts";

// Nothing of it is seen before something happens.
const Alerts = later(async () => (await import("../alerts/alerts_part.tsx")).Alerts);
const Help = later(async () => (await import("../keys/help_dialog.tsx")).HelpDialog);

// The list is shown first, and this is on its way meanwhile.
const ThreadScreen = later(async () => (await import("../thread/thread_screen.tsx")).ThreadScreen);
// Not everybody goes there, nobody at first.
const PeoplePane = later(async () => (await import("../people/people_pane.tsx")).PeoplePane);
const PeopleStage = later(async () => (await import("../people/people_stage.tsx")).PeopleStage);
const SettingsPane = later(async () =>
  (await import("../settings/settings_pane.tsx")).SettingsPane
);
const SettingsStage = later(async () =>
  (await import("../settings/settings_stage.tsx")).SettingsStage
);
const SupportPane = later(async () => (await import("../support/support_pane.tsx")).SupportPane);
const SupportStage = later(async () => (await import("../support/support_stage.tsx")).SupportStage);
const InboxPane = later(async () => (await import("../support/inboxes/inbox_pane.tsx")).InboxPane);
const InboxStage = later(async () =>
  (await import("../support/inboxes/inbox_stage.tsx")).InboxStage
);
const JoinScreen = later(async () => (await import("../groups/join_screen.tsx")).JoinScreen);
const Details = later(async () => (await import("../details/details.tsx")).Details);

function Pane({ at }: { at: Route }) {
  switch (at.place) {
    case "people":
      return <PeoplePane />;
    case "settings":
      return <SettingsPane at={at.at} />;
    case "support":
      return <SupportPane openId={at.conversationId} />;
    case "inboxes":
      return <InboxPane at={at.at} />;
    default:
      return <ConversationList openId={at.place === "chats" ? at.conversationId : undefined} />;
  }
}

function Stage({ at }: { at: Route }) {
  switch (at.place) {
    case "people":
      return <PeopleStage at={at.at} />;
    case "settings":
      return <SettingsStage at={at.at} />;
    case "support":
      return <SupportStage key={at.conversationId} id={at.conversationId} />;
    case "inboxes":
      return <InboxStage key={at.at} at={at.at} />;
    case "join":
      return <JoinScreen key={at.code} code={at.code} />;
    default:
      return at.place === "chats" && at.conversationId !== undefined
        ? <ThreadScreen key={at.conversationId} id={at.conversationId} />
        : <p class="nothing">{words().pickOne}</p>;
  }
}

// On a narrow screen only one of list and stage is seen.
function showsStage(at: Route): boolean {
  switch (at.place) {
    case "people":
    case "settings":
    case "inboxes":
      return at.at !== undefined;
    case "join":
      return true;
    default:
      return openAt(at) !== undefined;
  }
}

function paneName(at: Route): string {
  const t = words();
  switch (at.place) {
    case "people":
    case "settings":
    case "support":
      return t[at.place];
    case "inboxes":
      return t.support;
    default:
      return t.chats;
  }
}

/** The screen for who is signed in. */
export function Shell() {
  const chat = useChat();
  const at = route.value;
  useEffect(() => listenForShortcuts(chat), [chat]);
  const detailed = areDetailsShown.value ? openAt(at) : undefined;
  // On a narrow screen a conversation has all of it.
  const isThread = at.place === "chats" || openAt(at) !== undefined;
  const stage = showsStage(at) ? " has-stage" : "";
  return (
    <div class={`shell${stage}${detailed === undefined ? "" : " has-details"}`}>
      <Rail />
      <section class="pane" aria-label={paneName(at)}>
        <ConnectionBar />
        <VersionBar />
        <Pane at={at} />
        {(at.place === "chats" || at.place === "support") && <NotificationPrompt />}
      </section>
      <main class={isThread ? "stage thread" : "stage"}>
        <Stage at={at} />
      </main>
      {detailed !== undefined && <Details key={detailed} id={detailed} />}
      <Notice />
      <Alerts />
      {isHelpShown.value && <Help onClose={() => isHelpShown.value = false} />}
    </div>
  );
}
