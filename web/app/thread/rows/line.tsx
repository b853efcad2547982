/** One line of the list, whatever it is. */
import { Component } from "preact";
import { dayOf } from "../../../ui/times.ts";
import { MessageItem } from "../message/message_item.tsx";
import { PendingItem } from "../message/pending_item.tsx";
import { UploadItem } from "../message/upload_item.tsx";
import { SystemLine } from "../message/system_line.tsx";
import { words } from "../words.ts";
import type { Row } from "./rows.ts";

function Shown({ row }: { row: Row }) {
  const t = words();
  switch (row.kind) {
    case "older":
    case "newer":
      if (row.key === "end") return <li class="list-end" data-key={row.key} aria-hidden="true" />;
      return (
        <li class="line edge" data-key={row.key}>
          {row.key === "begin"
            ? t.begin
            : <span class="spinner" role="img" aria-label={t.loading} />}
        </li>
      );
    case "day":
      return (
        <li class="line day" data-key={row.key}>
          <span>{dayOf(row.at)}</span>
        </li>
      );
    case "unread":
      return <li class="line unread-line" data-key={row.key}>{t.unread}</li>;
    case "system":
      return <SystemLine rowKey={row.key} message={row.message} />;
    case "message":
      return <MessageItem row={row} />;
    case "pending":
      return <PendingItem row={row} />;
    case "upload":
      return <UploadItem rowKey={row.key} sending={row.sending} />;
    default:
      return row satisfies never;
  }
}

/** A line; shown anew when it is another one, whatever happens around it. */
export class Line extends Component<{ row: Row }> {
  override shouldComponentUpdate(next: { row: Row }): boolean {
    return next.row !== this.props.row;
  }

  render() {
    return <Shown row={this.props.row} />;
  }
}
