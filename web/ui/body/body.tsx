/** What a message says, of whatever kind. It knows nothing of conversations: both pages show it. */
import { AudioPlayer } from "../files/audio_player.tsx";
import { FileTile } from "../files/file_tile.tsx";
import type { Files } from "../files/files.ts";
import { ImageTile } from "../files/image_tile.tsx";
import { VideoTile } from "../files/video_tile.tsx";
import type { Called } from "../text/pieces.ts";
import { RichText } from "../text/rich_text.tsx";
import { Card } from "./card.tsx";
import { type BodyOf, type MergedBody, type Said, textOf } from "./kinds.ts";
import { MergedTile } from "./merged_tile.tsx";
import { Place } from "./place.tsx";
import { words } from "./words.ts";

/** What is said, and what to do when a part of it is opened. */
export interface MessageBodyProps {
  readonly said: Said;
  readonly files: Files;
  readonly called?: readonly Called[] | undefined;
  readonly onOpenImage?: ((id: string) => void) | undefined;
  readonly onOpenMerged?: ((body: MergedBody) => void) | undefined;
}

function Attached({ said, files, onOpenImage }: MessageBodyProps) {
  switch (said.kind) {
    case "image": {
      const { attachmentId, width, height } = said.body as BodyOf<"image">;
      const box = { width, height };
      return <ImageTile files={files} id={attachmentId} onOpen={onOpenImage} {...box} />;
    }
    case "video": {
      const { attachmentId, width, height } = said.body as BodyOf<"video">;
      return <VideoTile files={files} id={attachmentId} width={width} height={height} />;
    }
    case "audio": {
      const { attachmentId, durationMs } = said.body as BodyOf<"audio">;
      const source = async () => (await files.link(attachmentId)).url;
      return <AudioPlayer key={attachmentId} source={source} durationMs={durationMs} />;
    }
    default: {
      const { attachmentId, name } = said.body as BodyOf<"file">;
      return <FileTile files={files} id={attachmentId} name={name} />;
    }
  }
}

/** What a message says. */
export function MessageBody(props: MessageBodyProps) {
  const { said, called, onOpenMerged } = props;
  const text = textOf(said);
  switch (said.kind) {
    case "text":
      return <RichText text={text} {...(called && { called })} />;
    case "image":
    case "video":
    case "audio":
    case "file":
      return (
        <>
          <Attached {...props} />
          {text !== "" && <RichText text={text} {...(called && { called })} />}
        </>
      );
    case "location":
      return <Place body={said.body as BodyOf<"location">} />;
    case "card":
      return <Card body={said.body as BodyOf<"card">} />;
    case "merged": {
      const body = said.body as MergedBody;
      return <MergedTile body={body} onOpen={() => onOpenMerged?.(body)} />;
    }
    default:
      return <span class="text unknown">{words().unknown}</span>;
  }
}
