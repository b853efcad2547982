/** What people do with messages that are there, in one word each. */
import type { Message } from "../../schemas/messages.ts";
import type { Person } from "./world.ts";

function pathOf(id: string, seq: number): string {
  return `/v1/conversations/${id}/messages/${seq}`;
}

/** A message, and who does something with it. */
export class Acts {
  constructor(readonly person: Person, readonly id: string) {}

  edit(seq: number, text: string) {
    return this.person.ask<Message>("PATCH", pathOf(this.id, seq), { body: { text } });
  }

  recall(seq: number) {
    return this.person.ask<Message>("POST", `${pathOf(this.id, seq)}/recall`);
  }

  forget(seq: number) {
    return this.person.ask("DELETE", pathOf(this.id, seq));
  }

  react(seq: number, emoji: string) {
    const path = `${pathOf(this.id, seq)}/reactions/${encodeURIComponent(emoji)}`;
    return this.person.ask<Message>("PUT", path);
  }

  unreact(seq: number, emoji: string) {
    const path = `${pathOf(this.id, seq)}/reactions/${encodeURIComponent(emoji)}`;
    return this.person.ask("DELETE", path);
  }

  pin(seq: number) {
    return this.person.ask<Message>("PUT", `${pathOf(this.id, seq)}/pin`);
  }

  unpin(seq: number) {
    return this.person.ask("DELETE", `${pathOf(this.id, seq)}/pin`);
  }

  edits(seq: number) {
    const path = `${pathOf(this.id, seq)}/edits`;
    return this.person.ask<{ items: { body: { text: string }; editedAt: string }[] }>("GET", path);
  }
}

/** What a person does in a conversation. */
export function acts(person: Person, id: string): Acts {
  return new Acts(person, id);
}
