/** Keeps the application's own files, so that it opens without a network; and what a notification leads to. */
/// <reference lib="webworker" />

declare const SHELL_PATHS: readonly string[];
declare const SHELL_VERSION: string;

const worker = globalThis as unknown as ServiceWorkerGlobalScope;
const prefix = "patter shell ";
const name = prefix + SHELL_VERSION;

// Between its files a server may have been replaced by its next version: a document that asks for
// others than these would open nothing without a network.
async function keepShell(): Promise<void> {
  const cache = await caches.open(name);
  await cache.addAll([...SHELL_PATHS]);
  const html = await (await cache.match("/"))!.text();
  const named = html.match(/\/assets\/[\w.-]+/g) ?? [];
  if (!named.every((path) => SHELL_PATHS.includes(path))) {
    await caches.delete(name);
    throw new Error("The files are of two versions");
  }
}

// Tabs that are open go on with the version before this one, and load its parts as they need them.
async function forgetOld(): Promise<void> {
  const others = (await caches.keys()).filter((key) => key.startsWith(prefix) && key !== name);
  await Promise.all(others.slice(0, -1).map((key) => caches.delete(key)));
  // On the first visit too the parts that the page loads later are there without a network.
  await worker.clients.claim();
}

async function fileFor(request: Request, pathname: string): Promise<Response> {
  const own = await (await caches.open(name)).match(pathname);
  return own ?? await caches.match(pathname) ?? await fetch(request);
}

async function openAt(hash: string): Promise<void> {
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const page = pages.find(({ focused }) => focused) ?? pages[0];
  if (page === undefined) return void await worker.clients.openWindow(`/${hash}`);
  page.postMessage({ kind: "open", hash });
  await page.focus();
}

worker.addEventListener("install", (event) => event.waitUntil(keepShell()));
worker.addEventListener("activate", (event) => event.waitUntil(forgetOld()));

worker.addEventListener("message", ({ data }) => {
  if (data === "take over") void worker.skipWaiting();
});

worker.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== worker.location.origin) return;
  if (!SHELL_PATHS.includes(pathname) && !pathname.startsWith("/assets/")) return;
  event.respondWith(fileFor(event.request, pathname));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { hash } = event.notification.data as { hash: string };
  event.waitUntil(openAt(hash));
});
