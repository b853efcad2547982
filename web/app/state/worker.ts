/** The service worker: registered, and a new version of it taken over when one wishes. */
import { signal } from "@preact/signals";
import { scriptUrl } from "./trusted.ts";

/** Whether a new version of the application is ready. */
export const isNewVersionWaiting = signal(false);

const path = "/sw.js";
// A tab may stay open for weeks; the browser itself looks when a page is loaded.
const lookEveryMs = 3_600_000;

let registration: ServiceWorkerRegistration | null = null;

function follow(found: ServiceWorkerRegistration): void {
  registration = found;
  const look = () => {
    // Without a controller this is the first version, and nothing is replaced.
    const isNewer = found.waiting !== null && navigator.serviceWorker.controller !== null;
    isNewVersionWaiting.value = isNewer;
  };
  found.addEventListener("updatefound", () => {
    found.installing?.addEventListener("statechange", look);
  });
  look();
}

/** Registers the worker; where there are none, as in some private windows, the page lives without. */
export async function registerWorker(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  try {
    follow(await navigator.serviceWorker.register(scriptUrl(path)));
  } catch {
    // It is forbidden here, or the server can't be reached and the next visit registers it.
    return;
  }
  let lookedAt = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || Date.now() < lookedAt + lookEveryMs) return;
    lookedAt = Date.now();
    registration?.update().catch(() => {
      // Without a network there is nothing newer.
    });
  });
}

/** Lets the new version take over, and loads this page anew from it. Other tabs go on with what they have. */
export function takeNewVersion(): void {
  const waiting = registration?.waiting;
  if (!waiting) return location.reload();
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), {
    once: true,
  });
  waiting.postMessage("take over");
}
