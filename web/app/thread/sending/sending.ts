/** Files on their way: uploaded first, then sent as messages, in the order they were chosen. */
import { type Signal, signal } from "@preact/signals";
import {
  type Attachment,
  type Client,
  type Outgoing,
  PatterError,
  type Upload,
  type UploadState,
} from "../../../../client/mod.ts";
import type { Files } from "../../../ui/files/files.ts";

/** What is chosen to be sent. */
export interface Chosen {
  readonly file: Blob & { readonly name?: string };
  readonly caption?: string | undefined;
  readonly replyTo?: number | undefined;
  /** Of a voice note: a recording is told from a film by nothing else. */
  readonly voiceMs?: number | undefined;
}

/** Where a file is; `queued` behind others. */
export interface SendingState {
  readonly state: UploadState | "queued";
  readonly sentBytes: number;
  readonly reason?: string;
}

/** A file on its way. */
export interface Sending extends Chosen {
  /** Of the message that it becomes. */
  readonly clientId: string;
  readonly conversationId: string;
  /** An address in this page, of pictures. */
  readonly preview: string | null;
  readonly progress: Signal<SendingState>;
}

const atOnceMax = 2;

/** The message that an attachment is sent as: what can't be shown goes as a file. */
export function outgoingOf(attachment: Attachment, chosen: Chosen): Outgoing {
  const { id: attachmentId, mime, name, width, height, durationMs } = attachment;
  const { caption, replyTo, voiceMs } = chosen;
  const said = { attachmentId, ...(caption ? { caption } : {}) };
  const more = replyTo === undefined ? {} : { replyTo };
  const length = durationMs ?? voiceMs;
  const box = width && height ? { width, height } : null;
  if (voiceMs !== undefined || mime.startsWith("audio/")) {
    const body = { ...said, ...(length === undefined ? {} : { durationMs: Math.round(length) }) };
    return { kind: "audio", body, ...more };
  }
  if (mime.startsWith("image/") && box) {
    return { kind: "image", body: { ...said, ...box }, ...more };
  }
  if (mime.startsWith("video/") && box) {
    const body = { ...said, ...box, ...(durationMs === undefined ? {} : { durationMs }) };
    return { kind: "video", body, ...more };
  }
  return { kind: "file", body: { ...said, name: name.slice(0, 255) }, ...more };
}

/** All files on their way of one account; they go on when another conversation is opened. */
export class Sendings {
  readonly items = signal<readonly Sending[]>([]);
  readonly #uploads = new Map<string, Upload>();
  readonly #done = new Map<string, Attachment>();

  constructor(readonly client: Client, readonly files: Files) {}

  /** Those of a conversation. */
  of(conversationId: string): Sending[] {
    return this.items.value.filter((sending) => sending.conversationId === conversationId);
  }

  /** Takes files on. */
  add(conversationId: string, chosen: readonly Chosen[]): void {
    const sendings = chosen.map((one): Sending => ({
      ...one,
      clientId: crypto.randomUUID(),
      conversationId,
      preview: /^image\/(?!svg)/.test(one.file.type) ? URL.createObjectURL(one.file) : null,
      progress: signal<SendingState>({ state: "queued", sentBytes: 0 }),
    }));
    this.items.value = [...this.items.value, ...sendings];
    this.#beginNext();
  }

  #beginNext(): void {
    const isRunning = ({ progress }: Sending) => /sending|waiting/.test(progress.peek().state);
    for (const sending of this.items.peek()) {
      if (this.items.peek().filter(isRunning).length >= atOnceMax) return;
      if (sending.progress.peek().state === "queued") void this.#run(sending);
    }
  }

  async #run(sending: Sending): Promise<void> {
    const { clientId, file, progress } = sending;
    const upload = this.client.upload(file, { name: file.name ?? "voice", type: file.type });
    this.#uploads.set(clientId, upload);
    const look = () => {
      const { state, sentBytes } = upload;
      progress.value = { state, sentBytes };
      if (state === "paused") this.#beginNext();
    };
    upload.events.on("progress", look);
    look();
    try {
      this.#done.set(clientId, await upload.done);
    } catch (error) {
      if (upload.state === "cancelled") return;
      const reason = error instanceof PatterError ? error.code : "internal";
      progress.value = { state: "failed", sentBytes: 0, reason };
    } finally {
      this.#uploads.delete(clientId);
    }
    this.#sendReady(sending.conversationId);
    this.#beginNext();
  }

  // What is ready waits for those before it that are still moving, not for those that stand still.
  #sendReady(conversationId: string): void {
    for (const sending of this.of(conversationId)) {
      const attachment = this.#done.get(sending.clientId);
      if (attachment !== undefined) this.#send(sending, attachment);
      else if (/sending|waiting|queued/.test(sending.progress.peek().state)) return;
    }
  }

  #send(sending: Sending, attachment: Attachment): void {
    const { clientId, conversationId, file, progress } = sending;
    try {
      this.client.send(conversationId, outgoingOf(attachment, sending), clientId);
    } catch (error) {
      const reason = error instanceof PatterError ? error.code : "internal";
      progress.value = { state: "failed", sentBytes: file.size, reason };
      return;
    }
    this.files.keepLocal(attachment, file);
    this.#remove(sending);
  }

  #remove(sending: Sending): void {
    this.#done.delete(sending.clientId);
    this.items.value = this.items.value.filter((one) => one !== sending);
    if (sending.preview !== null) URL.revokeObjectURL(sending.preview);
  }

  /** Stops one for now. */
  pause({ clientId }: Sending): void {
    this.#uploads.get(clientId)?.pause();
  }

  /** Goes on with one that was stopped, or failed. */
  resume(sending: Sending): void {
    const upload = this.#uploads.get(sending.clientId);
    if (upload?.state === "paused") return upload.resume();
    if (sending.progress.peek().state !== "failed") return;
    sending.progress.value = { state: "queued", sentBytes: 0 };
    if (this.#done.has(sending.clientId)) this.#sendReady(sending.conversationId);
    else this.#beginNext();
  }

  /** Gives one up. */
  cancel(sending: Sending): void {
    this.#uploads.get(sending.clientId)?.cancel();
    this.#remove(sending);
    this.#sendReady(sending.conversationId);
    this.#beginNext();
  }
}
