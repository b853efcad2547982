/** The server's side of clients' sockets: what was handed to each, when, and how to break one. */
import type { Connection } from "../../realtime/connection.ts";
import type { Changes } from "../../schemas/conversations.ts";
import type { Received } from "./client.ts";
import type { Instance, Person } from "./world.ts";

/** A person's connections on an instance, the oldest first. */
export function connectionsOf(at: Instance, person: Person): Connection[] {
  return [...at.patter.hub.connections()].filter(({ userId }) => userId === person.id);
}

/** Everything that is handed to a connection's socket from now on, as it is handed over. */
export function spyOn({ outbox: { socket } }: Connection): Received[] {
  const handed: Received[] = [];
  const send = socket.send.bind(socket);
  socket.send = (frame) => {
    handed.push(...[JSON.parse(String(frame))].flat() as Received[]);
    send(frame);
  };
  return handed;
}

/** From now on sending on the connection throws. */
export function breakSocket({ outbox: { socket } }: Connection): void {
  socket.send = () => {
    throw new Error("The socket is dead");
  };
}

/** The notifications among messages: the `rev` of `changes`, the name of others. */
export function namesOf(messages: readonly Received[]): string[] {
  return messages.flatMap(({ method, params }) => {
    if (method === undefined) return [];
    return method === "changes" ? [`changes ${(params as Changes).rev}`] : [method];
  });
}

/** Sweeps find no members who were not told, until it is disposed of: so that a test sees who else does. */
export function sweepsNoUsers({ patter: { hub: { following } } }: Instance): Disposable {
  const verify = following.verify.bind(following);
  following.verify = () => Promise.resolve();
  return { [Symbol.dispose]: () => void (following.verify = verify) };
}
