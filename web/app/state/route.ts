/** Where in the application one is: the part of the address behind `#`. */
import { signal } from "@preact/signals";

/** The places. */
export type Route =
  | { readonly place: "chats"; readonly conversationId?: string; readonly seq?: number }
  /** With the id of somebody, or with what waits for an answer. */
  | { readonly place: "people"; readonly at?: string }
  | { readonly place: "support"; readonly conversationId?: string; readonly seq?: number }
  /** With the id of an inbox, or to make a new one. */
  | { readonly place: "inboxes"; readonly at?: string }
  | { readonly place: "settings"; readonly at?: string }
  | { readonly place: "join"; readonly code: string };

const id = /^[0-9a-f-]{36}$/;

/** Reads an address; what it does not know is the list of chats. */
export function routeOf(hash: string): Route {
  const [place, first, second] = hash.replace(/^#?\/?/, "").split("/").map(decodeURIComponent);
  if (place === "people" || place === "settings" || place === "inboxes") {
    const isKnown = first !== undefined && (id.test(first) || /^[a-z]+$/.test(first));
    return { place, ...(isKnown && { at: first }) };
  }
  if (place === "join" && first) return { place, code: first };
  const conversationId = first !== undefined && id.test(first) ? first : undefined;
  const to = place === "support" ? place : "chats";
  if (conversationId === undefined) return { place: to };
  const seq = Number(second);
  return { place: to, conversationId, ...(seq > 0 ? { seq } : {}) };
}

/** The address of a place. */
export function hashOf(route: Route): string {
  switch (route.place) {
    case "people":
    case "settings":
    case "inboxes":
      return `#/${route.place}${route.at ? `/${route.at}` : ""}`;
    case "join":
      return `#/join/${encodeURIComponent(route.code)}`;
    case "support":
    case "chats": {
      const { place, conversationId, seq } = route;
      if (conversationId === undefined) return place === "chats" ? "#/" : "#/support";
      return `#/${place}/${conversationId}${seq ? `/${seq}` : ""}`;
    }
    default:
      return route satisfies never;
  }
}

/** The conversation that is open at a place. */
export function openAt(at: Route): string | undefined {
  return at.place === "chats" || at.place === "support" ? at.conversationId : undefined;
}

/** The message that the address names. */
export function seqAt(at: Route): number | undefined {
  return at.place === "chats" || at.place === "support" ? at.seq : undefined;
}

/** Where one is. */
export const route = signal<Route>(routeOf(location.hash));

addEventListener("hashchange", () => {
  route.value = routeOf(location.hash);
});

/** Goes to a place; `replace` leaves no way back to where one was. */
export function go(to: Route, { replace = false } = {}): void {
  const hash = hashOf(to);
  if (replace) {
    history.replaceState(null, "", hash);
    route.value = to;
  } else location.hash = hash;
}
