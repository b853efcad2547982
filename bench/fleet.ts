/** The one loop that all load runs in: waits for few sockets, sweeps over the many at intervals. */
import { Buffer } from "node:buffer";
import { Poll } from "./libc.ts";
import type { RawSocket } from "./socket.ts";

/** What takes part in a run. */
export interface Fleet {
  /** Read the moment they have bytes: senders that wait for answers, and the observer. */
  readonly active: readonly RawSocket[];
  /**
   * Read every `sweepMs` only. Nothing waits for them, and a reader that sleeps costs neither itself
   * nor the server a wake-up for every frame.
   */
  readonly passive: readonly RawSocket[];
  /** Written by the passive ones in a long run, so that the server does not think them dead. */
  readonly sign?: Uint8Array<ArrayBuffer> | undefined;
}

const sweepMs = 10;
const signMs = 20_000;

/**
 * Runs the fleet until `goesOn` says no, in one go: nothing else happens in this process meanwhile.
 * `goesOn` is asked after each turn with the time in ms (`performance.now`); `afterRead` is told the
 * position of each active socket that was read.
 */
export function drive(
  fleet: Fleet,
  afterRead: (position: number) => void,
  goesOn: (nowMs: number) => boolean,
): void {
  const poll = new Poll(fleet.active.map((socket) => socket.descriptor));
  let sweptAt = 0;
  let signedAt = performance.now();
  for (let now = performance.now(); goesOn(now); now = performance.now()) {
    if (now - sweptAt >= sweepMs) {
      sweptAt = now;
      for (const socket of fleet.passive) socket.receive();
    }
    if (fleet.sign && now - signedAt >= signMs) {
      signedAt = now;
      for (const socket of fleet.passive) socket.write(fleet.sign);
    }
    const waitMs = Math.max(0, Math.ceil(sweptAt + sweepMs - performance.now()));
    if (poll.wait(waitMs) <= 0) continue;
    for (const [position, socket] of fleet.active.entries()) {
      if (!poll.isReady(position)) continue;
      socket.receive();
      afterRead(position);
    }
  }
}

/** How often a token stands in the bytes; a native search, no decoding. */
export function countToken(bytes: Uint8Array, token: string): number {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let count = 0;
  for (let at = view.indexOf(token); at >= 0; at = view.indexOf(token, at + token.length)) count++;
  return count;
}
