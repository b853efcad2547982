/** A film in a message. */
import { useRef } from "preact/hooks";
import type { Files } from "./files.ts";
import { useLoaded } from "./loaded.ts";
import { boxOf } from "./sizes.ts";
import { Unavailable } from "./unavailable.tsx";
import { words } from "./words.ts";

/** What a film is. */
export interface VideoTileProps {
  readonly files: Files;
  readonly id: string;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

/** A film. Its address ends while it is watched: then it goes on with another from where it was. */
export function VideoTile({ files, id, width, height }: VideoTileProps) {
  const link = useLoaded(id, () => files.link(id));
  const reached = useRef(0);
  const brokenAt = useRef(-1);
  const box = boxOf(width, height);
  const style = { width: `${box.width}px`, aspectRatio: `${box.width} / ${box.height}` };
  if (link.error !== null) {
    return (
      <span class="image-tile" style={style}>
        <Unavailable error={link.error} onRetry={link.retry} />
      </span>
    );
  }
  return (
    <video
      class="video-tile"
      style={style}
      src={link.value?.url}
      aria-label={words().video}
      controls
      playsInline
      preload="metadata"
      onTimeUpdate={({ currentTarget }) => {
        reached.current = currentTarget.currentTime;
      }}
      onLoadedMetadata={({ currentTarget }) => {
        if (reached.current > 0) currentTarget.currentTime = reached.current;
      }}
      onError={() => {
        // Twice at the same place is not the address.
        if (link.value === null || brokenAt.current === reached.current) return;
        brokenAt.current = reached.current;
        files.forgetLink(id);
        link.retry();
      }}
    />
  );
}
