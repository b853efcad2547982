/** A picture in a message: a box of its shape at once, its likeness, then the picture. */
import { useState } from "preact/hooks";
import type { Attachment } from "../../../client/mod.ts";
import { Blur } from "./blur.tsx";
import type { FileLink, Files } from "./files.ts";
import { useLoaded } from "./loaded.ts";
import { boxOf } from "./sizes.ts";
import { Unavailable } from "./unavailable.tsx";
import { words } from "./words.ts";

/** What a picture is. */
export interface ImageTileProps {
  readonly files: Files;
  readonly id: string;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly onOpen?: ((id: string) => void) | undefined;
}

// A thumbnail stands still and is 320 wide at most: what is light is shown as it is.
const wholeBytesMax = 300_000;

function sourceOf({ url, thumbnailUrl }: FileLink, info: Attachment | null): string {
  if (thumbnailUrl === null) return url;
  const isWhole = info !== null && (info.mime === "image/gif" || info.size <= wholeBytesMax);
  return isWhole ? url : thumbnailUrl;
}

/** A picture. */
export function ImageTile({ files, id, width, height, onOpen }: ImageTileProps) {
  const [isSeen, setSeen] = useState(false);
  const [isBroken, setBroken] = useState(false);
  const local = files.localUrl(id);
  const info = useLoaded(id, () => files.info(id));
  const link = useLoaded(id, async () => {
    await files.info(id).catch(() => {});
    return await files.link(id);
  });
  const box = boxOf(width ?? info.value?.width, height ?? info.value?.height);
  const source = local ?? (link.value && sourceOf(link.value, info.value));
  const retry = () => {
    files.forgetLink(id);
    setBroken(false);
    link.retry();
  };
  const t = words();
  const style = { width: `${box.width}px`, aspectRatio: `${box.width} / ${box.height}` };
  if (isBroken || (link.error !== null && local === null)) {
    return (
      <span class="image-tile" style={style}>
        <Unavailable error={link.error ?? {}} onRetry={retry} />
      </span>
    );
  }
  return (
    <button
      type="button"
      class="image-tile"
      style={style}
      aria-label={t.openPhoto}
      onClick={() => onOpen?.(id)}
    >
      {!isSeen && info.value?.blurHash && <Blur hash={info.value.blurHash} />}
      {source !== null && (
        <img
          src={source}
          alt=""
          class={isSeen ? "seen" : ""}
          onLoad={() => setSeen(true)}
          onError={() => setBroken(true)}
        />
      )}
    </button>
  );
}
