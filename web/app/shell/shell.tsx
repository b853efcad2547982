/** What is around all screens: where one can go, the list, and what is open. */
import { Icon } from "../../ui/icon.tsx";
import { ConversationList } from "../list/conversation_list.tsx";
import { useChat } from "../state/chat.ts";
import { hashOf, type Route, route } from "../state/route.ts";
import { later } from "../../ui/later.tsx";
import { ConnectionBar } from "./connection_bar.tsx";
import { words } from "./words.ts";

const places: readonly { to: Route; word: "chats" | "people" | "settings"; shape: string }[] = [
  {
    to: { place: "chats" },
    word: "chats",
    shape:
      "M4 6.500A2.500 2.500 0 016.500 4h11A2.500 2.500 0 0120 6.500v7a2.500 2.500 0 01-2.500 2.500H11l-4.500 4v-4A2.500 2.500 0 014 13.500z",
  },
  {
    to: { place: "people" },
    word: "people",
    shape:
      "M9 11a3.500 3.500 0 100-7 3.500 3.500 0 000 7zM2.500 20c.5-3.500 3-5.500 6.500-5.500s6 2 6.500 5.500M16 4.500a3.500 3.500 0 010 6.500M18 14.800c2 .8 3.200 2.600 3.500 5.200",
  },
  {
    to: { place: "settings" },
    word: "settings",
    shape:
      "M12 15.200a3.200 3.200 0 100-6.400 3.200 3.200 0 000 6.400zM19 12l2-1.200-1.800-3.200-2.200.8a7 7 0 00-1.800-1L14.800 5h-3.600l-.4 2.400a7 7 0 00-1.800 1l-2.200-.8L5 10.800 7 12l-2 1.200 1.800 3.200 2.200-.8a7 7 0 001.800 1l.4 2.400h3.600l.4-2.400a7 7 0 001.800-1l2.200.8 1.800-3.200z",
  },
];

function Rail() {
  const t = words();
  return (
    <nav class="rail" aria-label={t.main}>
      {places.map(({ to, word, shape }) => (
        <a
          key={word}
          href={hashOf(to)}
          aria-current={route.value.place === to.place ? "page" : undefined}
        >
          <Icon shape={shape} size={24} />
          <span>{t[word]}</span>
        </a>
      ))}
    </nav>
  );
}

// The list is shown first, and this is on its way meanwhile.
const ThreadScreen = later(async () => (await import("../thread/thread_screen.tsx")).ThreadScreen);
// Not everybody goes there, nobody at first.
const Settings = later(async () =>
  (await import("../settings/settings_screen.tsx")).SettingsScreen
);

function Stage({ at }: { at: Route }) {
  switch (at.place) {
    case "settings":
      return <Settings />;
    default:
      return at.place === "chats" && at.conversationId !== undefined
        ? <ThreadScreen key={at.conversationId} id={at.conversationId} />
        : <p class="nothing">{words().pickOne}</p>;
  }
}

// On a narrow screen only one of list and stage is seen.
function showsStage(at: Route): boolean {
  return at.place !== "chats" || at.conversationId !== undefined;
}

/** The screen for who is signed in. */
export function Shell() {
  useChat();
  const at = route.value;
  return (
    <div class={showsStage(at) ? "shell has-stage" : "shell"}>
      <Rail />
      <section class="pane" aria-label={words().chats}>
        <ConnectionBar />
        <ConversationList openId={at.place === "chats" ? at.conversationId : undefined} />
      </section>
      <main class={at.place === "chats" ? "stage thread" : "stage"}>
        <Stage at={at} />
      </main>
    </div>
  );
}
