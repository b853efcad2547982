/** Files on their way: shown with how far they are, sent as messages once they are there. */
import { signal } from "@preact/signals";
import type { Attachment, Client, Outgoing, Upload } from "../../client/mod.ts";

/** A file on its way. */
export interface FileOnItsWay {
  readonly id: number;
  readonly name: string;
  /** From 0 to 1. */
  readonly share: number;
  readonly state: Upload["state"];
  /** Why it failed, by code. */
  readonly reason?: string;
}

const atOnceMax = 10;

function messageOf({ id: attachmentId, mime, name, width, height }: Attachment): Outgoing {
  const side = width && height ? { width, height } : {};
  if (mime.startsWith("image/")) return { kind: "image", body: { attachmentId, ...side } };
  if (mime.startsWith("video/")) return { kind: "video", body: { attachmentId, ...side } };
  if (mime.startsWith("audio/")) return { kind: "audio", body: { attachmentId } };
  return { kind: "file", body: { attachmentId, name: name.slice(0, 255) } };
}

/** All files on their way in one chat. */
export class Uploads {
  readonly files = signal<readonly FileOnItsWay[]>([]);
  readonly #running = new Map<number, Upload>();
  #last = 0;

  constructor(
    readonly client: Client,
    readonly send: (attachment: Attachment, file: File, message: Outgoing) => void,
  ) {}

  /** Sends files, each as a message. */
  add(files: Iterable<File>): void {
    for (const file of files) {
      if (this.files.value.length < atOnceMax) this.#start(file);
    }
  }

  #start(file: File): void {
    const id = ++this.#last;
    const upload = this.client.upload(file);
    this.#running.set(id, upload);
    const { name } = file;
    this.files.value = [...this.files.value, { id, name, share: 0, state: "sending" }];
    upload.events.on(
      "progress",
      ({ sentBytes, state }) =>
        this.#change(id, { share: file.size === 0 ? 1 : sentBytes / file.size, state }),
    );
    upload.done.then(
      (attachment) => {
        this.drop(id);
        this.send(attachment, file, messageOf(attachment));
      },
      ({ code }) => code === "cancelled" ? this.drop(id) : this.#change(id, { reason: code }),
    );
  }

  #change(id: number, change: Partial<FileOnItsWay>): void {
    this.files.value = this.files.value.map((file) =>
      file.id === id ? { ...file, ...change } : file
    );
  }

  /** Gives a file up, or lets go of one that failed. */
  drop(id: number): void {
    this.#running.get(id)?.cancel();
    this.#running.delete(id);
    this.files.value = this.files.value.filter((file) => file.id !== id);
  }

  /** Gives all up. */
  stop(): void {
    for (const upload of this.#running.values()) upload.cancel();
  }
}
