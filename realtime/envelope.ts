/** Envelopes: packets as a text that only our instances can write, for one topic, for a short while. */
import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Clock } from "../domain/app.ts";

/** Why an envelope was not opened. */
export type Refusal = "malformed" | "unknownVersion" | "otherTopic" | "stale" | "forged";

/** What was in an envelope: JSON of packets, or why it stays shut; null is our own echo. */
export type Opened =
  | { readonly topic: string; readonly body: string }
  | { readonly refused: Refusal }
  | null;

// Raised when an older instance could not read what a newer one writes; it then ignores the newer
// one's envelopes, and repair brings what they held.
const version = "1";
// Whoever can listen could play a packet again later: not for long. Wide enough for clocks that differ.
const ageMaxMs = 60_000;
const headMax = 400;
const parts = 5;

/**
 * Seals and opens envelopes: `version origin at topic mac body`. The mac is HMAC-SHA256 (RFC 2104) of
 * all the rest, under a key that is derived from the instances' common secret.
 */
export class Envelopes {
  readonly #key: Buffer;

  constructor(secret: string, readonly origin: string, readonly clock: Clock) {
    this.#key = createHmac("sha256", secret).update("patter bus 1").digest();
  }

  /** An envelope for a topic. */
  seal(topic: string, body: string): string {
    const head = `${version} ${this.origin} ${this.clock.now().getTime().toString(36)} ${topic}`;
    return `${head} ${this.#mac(head, body).toString("base64url")} ${body}`;
  }

  /** Opens an envelope, if it fits the place where it was found. */
  open(text: string, fits: (topic: string) => boolean): Opened {
    const ends = headEnds(text);
    if (ends === null) return { refused: "malformed" };
    const [itsVersion, origin, at, topic, mac] = text.slice(0, ends.mac).split(" ");
    if (itsVersion !== version) return { refused: "unknownVersion" };
    if (origin === this.origin) return null;
    if (!fits(topic!)) return { refused: "otherTopic" };
    const age = this.clock.now().getTime() - parseInt(at!, 36);
    if (!(Math.abs(age) <= ageMaxMs)) return { refused: "stale" };
    const body = text.slice(ends.mac + 1);
    if (!equal(Buffer.from(mac!, "base64url"), this.#mac(text.slice(0, ends.head), body))) {
      return { refused: "forged" };
    }
    return { body, topic: topic! };
  }

  #mac(head: string, body: string): Buffer {
    return createHmac("sha256", this.#key).update(head).update(" ").update(body).digest();
  }
}

function equal(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

// Where the head ends, and where the mac behind it does.
function headEnds(text: string): { head: number; mac: number } | null {
  let head = 0;
  let mac = -1;
  for (let part = 0; part < parts; part++) {
    head = mac;
    mac = text.indexOf(" ", mac + 1);
    if (mac < 0 || mac > headMax) return null;
  }
  return { head, mac };
}
