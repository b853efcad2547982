/** The protocol in one switch: each method of the socket is the verb that REST calls too. */
import type { App } from "../domain/app.ts";
import { listChanges } from "../domain/changes.ts";
import { listConversations } from "../domain/conversations.ts";
import { editMessage, recallMessage, setReaction } from "../domain/message_changes.ts";
import { listMessages, sendMessage } from "../domain/messages.ts";
import { setPresence } from "../domain/presence.ts";
import { markRead } from "../domain/reads.ts";
import { setTyping } from "../domain/typing.ts";
import type { Request } from "../schemas/frames.ts";
import type { Connection } from "./connection.ts";

/** Carries a request out; resolves with its result. */
export async function dispatch(
  app: App,
  connection: Connection,
  request: Request,
): Promise<unknown> {
  const { actor } = connection;
  switch (request.method) {
    case "ping":
      return { serverTime: app.clock.now().toISOString() };
    case "session.refresh":
      return await connection.refresh(request.params.token);
    case "message.send":
      return await sendMessage(app, actor, request.params);
    case "message.list":
      return await listMessages(app, actor, request.params);
    case "message.edit":
      return await editMessage(app, actor, request.params);
    case "message.recall":
      return await recallMessage(app, actor, request.params);
    case "message.react":
      return await setReaction(app, actor, { ...request.params, isOn: true });
    case "message.unreact":
      return await setReaction(app, actor, { ...request.params, isOn: false });
    case "conversation.changes":
      return await listChanges(app, actor, request.params);
    case "conversation.list":
      return await listConversations(app, actor, request.params);
    case "conversation.read":
      return await markRead(app, actor, request.params);
    case "conversation.typing":
      await setTyping(app, actor, request.params);
      return {};
    case "presence.watch":
      return {
        presences: await connection.host.presence.watch(connection, request.params.userIds),
      };
    case "presence.unwatch":
      connection.host.presence.unwatch(connection, request.params.userIds);
      return { presences: [] };
    case "presence.set":
      await setPresence(app, actor, request.params);
      return {};
    default:
      return request satisfies never;
  }
}
