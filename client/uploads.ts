/** An upload as an application has it: progress, pause, and going on after whatever came between. */
import { backoffMs } from "./backoff.ts";
import { Emitter } from "./events.ts";
import { hexOf } from "./hex.ts";
import type { Platform } from "./platform.ts";
import { isPassing, PatterError } from "./problems.ts";
import type { Rest } from "./rest.ts";
import { type Progress, Tus } from "./tus.ts";
import type { Attachment } from "./wire.ts";

/** Where an upload is: `waiting` for the network or the server, to go on by itself. */
export type UploadState = "sending" | "waiting" | "paused" | "done" | "failed" | "cancelled";

/** What may be said of a file. */
export interface UploadOptions {
  /** What it is called, when the file does not say. */
  readonly name?: string;
  readonly type?: string;
  /** Of an earlier upload of the same file (`upload.url`), to go on with that, after a reload too. */
  readonly url?: string;
}

/** What an upload needs. */
export interface UploadParts {
  readonly rest: Rest;
  readonly platform: Platform;
}

const pieceBytesMin = 64 * 1_024;
const pieceBytesMax = 8 * 1_024 * 1_024;
/** Larger files are not read twice to spare sending them. */
const hashedBytesMax = 32 * 1_024 * 1_024;
const fastMs = 1_000;
const slowMs = 4_000;
// Somebody else writes to it (this page before its reload), or its state was another than we thought.
const toLookAgain: ReadonlySet<string> = new Set(["uploadLocked", "wrongOffset"]);

async function sha256Of(file: Blob): Promise<string | null> {
  // Pages that are not served over TLS have none.
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (subtle === undefined || file.size > hashedBytesMax) return null;
  return hexOf(new Uint8Array(await subtle.digest("SHA-256", await file.arrayBuffer())));
}

/** A file on its way. */
export class Upload {
  readonly events = new Emitter<{ progress: Upload }>();
  /** The attachment, to be sent as a message; fails by code. */
  readonly done: Promise<Attachment>;
  state: UploadState = "sending";
  /** Keep it to go on after a reload; null until the server knows of it. */
  url: string | null;
  sentBytes = 0;
  readonly #tus: Tus;
  #pieceBytes = 256 * 1_024;
  #stopPiece = new AbortController();
  #wake: () => void = () => {};

  constructor(
    readonly parts: UploadParts,
    readonly file: Blob & { readonly name?: string },
    readonly options: UploadOptions = {},
  ) {
    this.url = options.url ?? null;
    this.#tus = new Tus(parts.rest);
    this.done = this.#run();
    // Who only looks at `state` has not asked for an exception.
    this.done.catch(() => {});
  }

  /** Stops for now; what has been sent stays. */
  pause(): void {
    if (this.state !== "sending" && this.state !== "waiting") return;
    this.#become("paused");
    this.#stopPiece.abort();
    this.#wake();
  }

  /** Goes on. */
  resume(): void {
    if (this.state !== "paused") return;
    this.#become("sending");
    this.#wake();
  }

  /** Gives it up. */
  cancel(): void {
    if (this.state === "done" || this.state === "failed") return;
    this.#become("cancelled");
    this.#stopPiece.abort();
    this.#wake();
  }

  #become(state: UploadState): void {
    this.state = state;
    this.events.emit("progress", this);
  }

  // `state` changes under our feet wherever something is awaited; asked as a property, the compiler
  // would take it for what it was.
  #is(state: UploadState): boolean {
    return this.state === state;
  }

  async #run(): Promise<Attachment> {
    for (let attempt = 0;; attempt++) {
      const before = this.sentBytes;
      try {
        return await this.#attempt();
      } catch (error) {
        if (this.sentBytes > before) attempt = 0;
        await this.#recover(error, attempt);
      }
    }
  }

  async #attempt(): Promise<Attachment> {
    let at: Progress | undefined;
    do {
      if (!this.#is("sending")) throw new PatterError("cancelled");
      at = at ? await this.#sendPiece(at) : await this.#begin();
      this.#progressTo(at);
    } while (at.offset < this.file.size);
    const id = at.url.split("/").at(-1)!;
    const attachment = await this.parts.rest.ask<Attachment>("GET", `/v1/attachments/${id}/info`);
    this.#become("done");
    return attachment;
  }

  async #begin(): Promise<Progress> {
    const { file, options } = this;
    if (this.url !== null) {
      const found = await this.#tus.locate(this.url);
      if (found.size === file.size) return found;
      // Of another file.
    }
    return await this.#tus.create({
      size: file.size,
      name: options.name ?? file.name ?? "file",
      type: options.type ?? file.type,
      sha256: await sha256Of(file),
    });
  }

  #progressTo({ url, offset }: Progress): void {
    this.url = url;
    this.sentBytes = offset;
    this.events.emit("progress", this);
  }

  // Small enough to show progress and to lose little, large enough not to wait for answers all the time.
  async #sendPiece(at: Progress): Promise<Progress> {
    const { clock } = this.parts.platform;
    const piece = this.file.slice(at.offset, at.offset + this.#pieceBytes);
    const startedAt = clock.now();
    this.#stopPiece = new AbortController();
    const then = await this.#tus.send(at, piece, this.#stopPiece.signal);
    const tookMs = clock.now() - startedAt;
    if (tookMs < fastMs) this.#pieceBytes = Math.min(2 * this.#pieceBytes, pieceBytesMax);
    if (tookMs > slowMs) this.#pieceBytes = Math.max(this.#pieceBytes / 2, pieceBytesMin);
    return then;
  }

  /** Waits until it may be tried again; throws when that is in vain. */
  async #recover(error: unknown, attempt: number): Promise<void> {
    const code = error instanceof PatterError ? error.code : "internal";
    while (this.#is("paused")) await this.#pauseFor(null);
    if (this.#is("cancelled")) return await this.#giveUp();
    if (this.url !== null && (code === "notFound" || code === "gone")) this.url = null;
    else if (isPassing(error) || toLookAgain.has(code)) {
      const { retryAfterMs } = error as PatterError;
      this.#become("waiting");
      await this.#pauseFor(Math.max(retryAfterMs, backoffMs(attempt, this.parts.platform.random)));
      if (this.#is("waiting")) this.#become("sending");
    } else if (code !== "cancelled") {
      this.#become("failed");
      throw error;
    }
  }

  async #giveUp(): Promise<never> {
    // The server forgets it by itself in a day.
    if (this.url !== null) await this.#tus.end(this.url).catch(() => {});
    throw new PatterError("cancelled");
  }

  // Until the time is over, the network is back, or somebody says so.
  async #pauseFor(ms: number | null): Promise<void> {
    const { clock, page } = this.parts.platform;
    const stops: (() => void)[] = [];
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (ms !== null) stops.push(clock.after(ms, resolve));
      stops.push(page.listen((event) => event === "online" && resolve()));
    });
    for (const stop of stops) stop();
  }
}
