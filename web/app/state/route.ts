/** Where in the application one is: the part of the address behind `#`. */
import { signal } from "@preact/signals";

/** The places. */
export type Route =
  | { readonly place: "chats"; readonly conversationId?: string; readonly seq?: number }
  /** With the id of somebody, or with what waits for an answer. */
  | { readonly place: "people"; readonly at?: string }
  | { readonly place: "support"; readonly conversationId?: string }
  | { readonly place: "settings"; readonly at?: string }
  | { readonly place: "join"; readonly code: string };

const id = /^[0-9a-f-]{36}$/;

/** Reads an address; what it does not know is the list of chats. */
export function routeOf(hash: string): Route {
  const [place, first, second] = hash.replace(/^#?\/?/, "").split("/").map(decodeURIComponent);
  if (place === "people" || place === "settings") {
    const isKnown = first !== undefined && (id.test(first) || /^[a-z]+$/.test(first));
    return { place, ...(isKnown && { at: first }) };
  }
  if (place === "join" && first) return { place, code: first };
  const conversationId = first !== undefined && id.test(first) ? first : undefined;
  if (place === "support") return { place, ...(conversationId && { conversationId }) };
  if (conversationId === undefined) return { place: "chats" };
  const seq = Number(second);
  return { place: "chats", conversationId, ...(seq > 0 ? { seq } : {}) };
}

/** The address of a place. */
export function hashOf(route: Route): string {
  switch (route.place) {
    case "people":
    case "settings":
      return `#/${route.place}${route.at ? `/${route.at}` : ""}`;
    case "join":
      return `#/join/${encodeURIComponent(route.code)}`;
    case "support":
      return `#/support${route.conversationId ? `/${route.conversationId}` : ""}`;
    case "chats": {
      const { conversationId, seq } = route;
      if (conversationId === undefined) return "#/";
      return `#/chats/${conversationId}${seq ? `/${seq}` : ""}`;
    }
    default:
      return route satisfies never;
  }
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
