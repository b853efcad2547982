/** What is attached to a message: a picture, what plays, or a file to take. */
import { useEffect, useState } from "preact/hooks";
import type { Attachment, AttachmentLink, Client } from "../../client/mod.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Icon } from "../ui/icon.tsx";
import type { Body } from "./texts.ts";
import { words } from "./words.ts";

const arrow = "M12 4v11M7 11l5 5 5-5M5 20h14";
const sides = { max: 240, min: 64 };
const units = ["B", "KB", "MB", "GB"];

function sizeOf(bytes: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  const size = bytes / 1_000 ** power;
  return `${size < 10 && power > 0 ? size.toFixed(1) : Math.round(size)} ${units[power]}`;
}

function useAsked<T>(client: Client, path: string): T | "gone" | null {
  const [found, setFound] = useState<T | "gone" | null>(null);
  useEffect(() => {
    let isWanted = true;
    client.ask<T>("GET", path).then(
      (answer) => isWanted && setFound(() => answer),
      () => isWanted && setFound("gone"),
    );
    return () => {
      isWanted = false;
    };
  }, [path]);
  return found;
}

interface Props {
  readonly client: Client;
  readonly id: string;
  readonly body: Body;
}

// As large as it will be, before it is there: nothing jumps.
function boxOf({ width = 4, height = 3 }: Body) {
  const scale = Math.min(sides.max / Math.max(width, height), width > sides.min ? 1 : Infinity);
  const side = (px: number) => Math.max(Math.round(px * scale), sides.min);
  return { width: `${side(width)}px`, aspectRatio: `${side(width)} / ${side(height)}` };
}

function Picture({ client, id, body }: Props) {
  const t = words();
  const [isLarge, setLarge] = useState(false);
  const link = useAsked<AttachmentLink>(client, `/v1/attachments/${id}/link`);
  if (link === "gone") return <span class="faint">{t.unavailable}</span>;
  const name = body.caption ?? t.picture;
  return (
    <>
      <button
        type="button"
        class="picture"
        style={boxOf(body)}
        aria-label={t.view}
        onClick={() => setLarge(true)}
      >
        {link !== null && <img src={link.thumbnailUrl ?? link.url} alt={name} />}
      </button>
      {isLarge && link !== null && (
        <Dialog title={name} onClose={() => setLarge(false)}>
          <img class="large" src={link.url} alt={name} />
        </Dialog>
      )}
    </>
  );
}

function Player({ client, id, kind }: Omit<Props, "body"> & { kind: string }) {
  const link = useAsked<AttachmentLink>(client, `/v1/attachments/${id}/link`);
  if (link === null) return null;
  if (link === "gone") return <span class="faint">{words().unavailable}</span>;
  return kind === "video"
    ? <video class="player" src={link.url} controls preload="metadata" playsInline />
    : <audio class="player" src={link.url} controls preload="metadata" />;
}

// The link is asked for when it is wanted: it is good for minutes, the message stays for years.
async function take(client: Client, id: string, name: string): Promise<void> {
  const { url } = await client.ask<AttachmentLink>("GET", `/v1/attachments/${id}/link`);
  const anchor = Object.assign(document.createElement("a"), { href: url, download: name });
  anchor.click();
}

function File({ client, id, body }: Props) {
  const t = words();
  const about = useAsked<Attachment>(client, `/v1/attachments/${id}/info`);
  const [isGone, setGone] = useState(false);
  if (isGone || about === "gone") return <span class="faint">{t.unavailable}</span>;
  const name = body.name ?? about?.name ?? t.file;
  return (
    <button
      type="button"
      class="file"
      aria-label={t.download(name)}
      onClick={() => void take(client, id, name).catch(() => setGone(true))}
    >
      <Icon shape={arrow} size={20} />
      <span class="file-name">{name}</span>
      <span class="faint">{about === null ? "" : sizeOf(about.size)}</span>
    </button>
  );
}

/** The attachment of a message. */
export function Attached({ client, kind, body }: { client: Client; kind: string; body: Body }) {
  const id = body.attachmentId!;
  if (kind === "image") return <Picture client={client} id={id} body={body} />;
  if (kind === "file") return <File client={client} id={id} body={body} />;
  return <Player client={client} id={id} kind={kind} />;
}
