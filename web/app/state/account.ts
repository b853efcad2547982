/** Who is signed in here, kept across reloads; all tabs agree. */
import { signal } from "@preact/signals";
import type { Session } from "../../../client/mod.ts";

const key = "patter.session";

function kept(): Session | null {
  const text = localStorage.getItem(key);
  if (text === null) return null;
  try {
    return JSON.parse(text) as Session;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return null;
  }
}

/** The session, null when nobody is signed in. */
export const session = signal<Session | null>(kept());

/** Why the last session ended, if nobody asked for it: a reason of the client's `signedOut`. */
export const endReason = signal<string | null>(null);

/** Keeps a session, or the newer tokens of the same. */
export function keepSession(next: Session): void {
  localStorage.setItem(key, JSON.stringify(next));
  session.value = next;
  endReason.value = null;
}

/** Forgets it; `ended` is the session that is over, so that a newer one stays. */
export function forgetSession(ended: string, reason: string): void {
  endReason.value = reason === "signedOut" ? null : reason;
  if (kept()?.sessionId === ended) localStorage.removeItem(key);
  if (session.value?.sessionId === ended) session.value = null;
}

addEventListener("storage", (event) => {
  const { key: changed } = event as StorageEvent;
  if (changed !== key && changed !== null) return;
  const next = kept();
  // Newer tokens of the same session come to the client by itself.
  if (next?.sessionId !== session.value?.sessionId) session.value = next;
});
