/** What one account has at hand in all conversations: attachments, files on their way, drafts. */
import { Files } from "../../ui/files/files.ts";
import type { Chat } from "../state/chat.ts";
import { Drafts } from "./composer/drafts.ts";
import { Sendings } from "./sending/sending.ts";

/** Those of one account. */
export interface Desk {
  readonly files: Files;
  readonly sendings: Sendings;
  readonly drafts: Drafts;
}

const desks = new WeakMap<Chat, Desk>();

/** The desk of an account; it lives as long as that is signed in. */
export function deskOf(chat: Chat): Desk {
  const found = desks.get(chat);
  if (found !== undefined) return found;
  const { client } = chat;
  const files = new Files((method, path) => client.ask(method, path));
  const desk = { files, sendings: new Sendings(client, files), drafts: new Drafts(client) };
  desks.set(chat, desk);
  return desk;
}
