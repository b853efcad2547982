/** Gathers a stream into pieces of a size to store one by one, and does not sit on what has come. */

/** Bytes that lie one after the other from `start` on. */
export interface Piece {
  readonly start: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** How to gather. */
export interface Gathering {
  /** What is there already, and is the beginning of the first piece. */
  readonly head: Piece;
  /** A piece is never longer. */
  readonly bytesMax: number;
  /** A piece that was stored early is done from this size on; a shorter one grows. */
  readonly bytesMin: number;
  /** Longest wait of a byte to be stored; for ever when absent. */
  readonly waitMaxMs?: number;
}

/** Rings once, some time after somebody began to wait for it. */
class Alarm {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ringing: Promise<"late"> | undefined;

  constructor(readonly ms: number | undefined) {}

  /** When it rings; sets it, unless it is set. */
  get ringing(): Promise<"late"> {
    return this.#ringing ??= new Promise((resolve) => {
      if (this.ms !== undefined) this.#timer = setTimeout(() => resolve("late"), this.ms);
    });
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#ringing = undefined;
  }
}

/**
 * Pieces as they are to be stored. One that had to be stored early comes again, longer, with the same
 * start. Its bytes are valid until the next piece is asked for.
 */
export async function* piecesOf(
  source: AsyncIterable<Uint8Array>,
  { head, bytesMax, bytesMin, waitMaxMs }: Gathering,
): AsyncGenerator<Piece> {
  const buffer = new Uint8Array(bytesMax);
  buffer.set(head.bytes);
  let { start, bytes: { length } } = head;
  let stored = length;
  const alarm = new Alarm(waitMaxMs);
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (let coming = iterator.next();;) {
      const next = stored < length ? await Promise.race([coming, alarm.ringing]) : await coming;
      if (next !== "late" && !next.done) {
        for (let rest = next.value; rest.length > 0;) {
          const part = rest.subarray(0, bytesMax - length);
          rest = rest.subarray(part.length);
          buffer.set(part, length);
          length += part.length;
          if (length < bytesMax) continue;
          alarm.clear();
          yield { start, bytes: buffer };
          start += length;
          length = stored = 0;
        }
        coming = iterator.next();
        continue;
      }
      alarm.clear();
      if (stored < length) yield { start, bytes: buffer.subarray(0, length) };
      if (next !== "late") return;
      stored = length;
      if (length < bytesMin) continue;
      start += length;
      length = stored = 0;
    }
  } finally {
    alarm.clear();
    // Not waited for: a source that is silent would keep us.
    iterator.return?.().catch(() => {});
  }
}
