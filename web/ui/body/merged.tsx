/** Messages that were forwarded as one, all of them. */
import { Avatar } from "../avatar.tsx";
import type { Files } from "../files/files.ts";
import { fullTimeOf } from "../times.ts";
import { MessageBody } from "./body.tsx";
import type { MergedBody } from "./kinds.ts";

/** What is given to those that show all of it. */
export interface MergedListProps {
  readonly body: MergedBody;
  readonly files: Files;
  readonly onOpenImage?: ((id: string) => void) | undefined;
  readonly onOpenMerged: (body: MergedBody) => void;
}

/** All of it. */
export function MergedList({ body, files, onOpenImage, onOpenMerged }: MergedListProps) {
  return (
    <ol class="merged-list">
      {body.items.map((item, place) => (
        <li key={place}>
          <Avatar id={item.from ?? ""} name={item.name} size={32} />
          <div class="merged-said">
            <span class="merged-who">
              <b dir="auto">{item.name}</b>
              <time dateTime={item.at}>{fullTimeOf(item.at)}</time>
            </span>
            <MessageBody
              said={item}
              files={files}
              onOpenImage={onOpenImage}
              onOpenMerged={onOpenMerged}
            />
          </div>
        </li>
      ))}
    </ol>
  );
}
