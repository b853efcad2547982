/** Attachments as a page has them: what is known of each, and addresses that open them for a while. */
import type { Attachment, AttachmentLink } from "../../../client/mod.ts";

/** Asks by REST; `Client.ask` is one. */
export type Ask = <T>(method: string, path: string) => Promise<T>;

/** Addresses of an attachment, on the page's own origin. */
export interface FileLink {
  readonly url: string;
  readonly thumbnailUrl: string | null;
}

interface Kept<T> {
  readonly value: Promise<T>;
  endsAt: number;
}

const keptMax = 400;
const localMax = 24;
// A link that is about to end would break a film in its first seconds.
const sparedMs = 60_000;

// Behind a proxy the server may name itself differently; the page's policy knows only its own origin.
function onThisOrigin(address: string): string {
  const { pathname, search } = new URL(address, location.origin);
  return pathname + search;
}

/** The attachments of one account. */
export class Files {
  readonly #infos = new Map<string, Kept<Attachment>>();
  readonly #links = new Map<string, Kept<FileLink>>();
  readonly #local = new Map<string, string>();

  constructor(readonly ask: Ask) {}

  #keep<T>(map: Map<string, Kept<T>>, id: string, load: () => Promise<T>): Promise<T> {
    const found = map.get(id);
    if (found !== undefined && found.endsAt > Date.now() + sparedMs) return found.value;
    const kept: Kept<T> = { value: load(), endsAt: Infinity };
    map.delete(id);
    map.set(id, kept);
    // What failed is asked for again.
    kept.value.catch(() => map.get(id) === kept && map.delete(id));
    for (const oldest of map.keys()) {
      if (map.size <= keptMax) break;
      map.delete(oldest);
    }
    return kept.value;
  }

  /** What is known of one. Fails by code: `gone`, `notFound`. */
  info(id: string): Promise<Attachment> {
    return this.#keep(
      this.#infos,
      id,
      () => this.ask<Attachment>("GET", `/v1/attachments/${id}/info`),
    );
  }

  /** Addresses that are good for a minute at least. Fails by code. */
  link(id: string): Promise<FileLink> {
    return this.#keep(this.#links, id, async () => {
      const link = await this.ask<AttachmentLink>("GET", `/v1/attachments/${id}/link`);
      const kept = this.#links.get(id);
      if (kept !== undefined) kept.endsAt = new Date(link.expiresAt).getTime();
      const { url, thumbnailUrl } = link;
      return {
        url: onThisOrigin(url),
        thumbnailUrl: thumbnailUrl === undefined ? null : onThisOrigin(thumbnailUrl),
      };
    });
  }

  /** Forgets an address that has stopped working. */
  forgetLink(id: string): void {
    this.#links.delete(id);
  }

  /** Takes what was uploaded from here: it is shown without being fetched. */
  keepLocal(attachment: Attachment, blob: Blob): void {
    this.#infos.set(attachment.id, { value: Promise.resolve(attachment), endsAt: Infinity });
    if (!attachment.mime.startsWith("image/")) return;
    this.#local.set(attachment.id, URL.createObjectURL(blob));
    for (const [id, url] of this.#local) {
      if (this.#local.size <= localMax) break;
      URL.revokeObjectURL(url);
      this.#local.delete(id);
    }
  }

  /** An image's address in this page, when it came from here. */
  localUrl(id: string): string | null {
    return this.#local.get(id) ?? null;
  }

  /** Saves one to the device. */
  async download(id: string, name: string): Promise<void> {
    const { url } = await this.link(id);
    const anchor = document.createElement("a");
    anchor.href = url;
    anchor.download = name;
    anchor.click();
  }
}
