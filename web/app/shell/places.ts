/** The places of the application: how the rail shows them. */
import type { Chat } from "../state/chat.ts";
import type { Route } from "../state/route.ts";

/** A place in the rail. */
export interface Place {
  readonly to: Route;
  readonly word: "chats" | "people" | "support" | "settings";
  readonly shape: string;
  /** How much waits there. */
  readonly waiting?: (chat: Chat) => number;
  /** Whether it is there; if there is nothing here, for everybody. */
  readonly isFor?: (chat: Chat) => boolean;
}

/** All places, in the order of the rail. */
export const places: readonly Place[] = [
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
    waiting: ({ pending }) => pending.value.friendRequests + pending.value.groupRequests,
  },
  {
    to: { place: "support" },
    word: "support",
    shape:
      "M4.500 14v-2a7.500 7.500 0 0115 0v2M4.500 13.500h1a2 2 0 012 2v2a2 2 0 01-2 2h-1a1 1 0 01-1-1v-4a1 1 0 011-1zM19.500 13.500h-1a2 2 0 00-2 2v2a2 2 0 002 2h1a1 1 0 001-1v-4a1 1 0 00-1-1zM19.500 19.500a3 3 0 01-3 2.500H13",
    waiting: ({ support }) => support.waiting.value,
    isFor: ({ support }) => support.isMine,
  },
  {
    to: { place: "settings" },
    word: "settings",
    shape:
      "M12 15.200a3.200 3.200 0 100-6.400 3.200 3.200 0 000 6.400zM19 12l2-1.200-1.800-3.200-2.200.8a7 7 0 00-1.800-1L14.800 5h-3.600l-.4 2.400a7 7 0 00-1.800 1l-2.200-.8L5 10.800 7 12l-2 1.200 1.800 3.200 2.200-.8a7 7 0 001.800 1l.4 2.400h3.600l.4-2.400a7 7 0 001.800-1l2.200.8 1.800-3.200z",
  },
];
