/** The one way between the site's page and the frame: a channel that the page hands in once. */
import { greeting, type ToFrame, type ToPage } from "../loader/messages.ts";

/** This side of the channel. */
export interface Door {
  post(message: ToPage): void;
}

// The policy of this document lets only the inbox's own sites frame it, so whoever is above is one of
// them; what is compared is that the channel comes from there and from nobody beside or below.
function siteOrigin(): string | null {
  const [above] = location.ancestorOrigins ?? [];
  if (above !== undefined) return above;
  return document.referrer === "" ? null : new URL(document.referrer).origin;
}

/** Waits for the channel; `hear` is called with each message. To be called before the page is loaded. */
export function openDoor(hear: (message: ToFrame) => void): Promise<Door> {
  return new Promise((resolve) => {
    const take = ({ source, origin, data, ports: [port] }: MessageEvent) => {
      if (source !== parent || origin !== siteOrigin() || data !== greeting || !port) return;
      removeEventListener("message", take);
      port.onmessage = (event: MessageEvent<ToFrame>) => hear(event.data);
      resolve({ post: (message) => port.postMessage(message) });
    };
    addEventListener("message", take);
  });
}
