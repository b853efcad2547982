/** A message of mine that is on its way, or was refused. */
import { MessageBody } from "../../../ui/body/body.tsx";
import { timeOf } from "../../../ui/times.ts";
import { useOpen } from "../open_thread.ts";
import { refusalWords } from "../refusals.ts";
import type { PendingLine } from "../rows/rows.ts";
import { Delivery } from "./marks.tsx";
import { Quote } from "./quote.tsx";
import { words } from "./words.ts";

function Failed({ row }: { row: PendingLine }) {
  const { client } = useOpen().chat;
  const { clientId, reason = "internal" } = row.item;
  const t = words();
  return (
    <span class="failure" role="alert">
      <span>{t.failed}: {refusalWords(reason)}</span>
      <button type="button" class="link-button" onClick={() => client.retry(clientId)}>
        {t.retry}
      </button>
      <button type="button" class="link-button" onClick={() => client.discard(clientId)}>
        {t.discard}
      </button>
    </span>
  );
}

/** A message on its way. */
export function PendingItem({ row }: { row: PendingLine }) {
  const open = useOpen();
  const { item, isFirst, isLast, key } = row;
  const { message, state, at } = item;
  const isPicture = message.kind === "image" || message.kind === "video";
  const more = `${isFirst ? " first" : ""}${isLast ? " last" : ""}${isPicture ? " picture" : ""}`;
  return (
    <li class={`message mine pending${more}`} data-key={key} tabIndex={-1}>
      <div class="bubble">
        <span class="visually-hidden">{words().you}</span>
        {message.replyTo !== undefined && <Quote seq={message.replyTo} />}
        <MessageBody said={message} files={open.desk.files} />
        <span class="marks">
          <time dateTime={at}>{timeOf(at)}</time>
          <Delivery state={state} />
        </span>
        {state === "failed" && <Failed row={row} />}
      </div>
    </li>
  );
}
