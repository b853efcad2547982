/** Keeps the application's own files, so that it opens without a network. */
/// <reference lib="webworker" />

declare const SHELL_PATHS: readonly string[];
declare const SHELL_VERSION: string;

const worker = globalThis as unknown as ServiceWorkerGlobalScope;
const name = `patter shell ${SHELL_VERSION}`;

worker.addEventListener("install", (event) => {
  event.waitUntil(caches.open(name).then((cache) => cache.addAll([...SHELL_PATHS])));
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys().then((names) =>
      Promise.all(names.filter((other) => other !== name).map((other) => caches.delete(other)))
    ),
  );
});

worker.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== worker.location.origin) return;
  if (!SHELL_PATHS.includes(pathname)) return;
  event.respondWith(
    caches.match(pathname).then((kept) => kept ?? fetch(event.request)),
  );
});
