/** Answers every text with its own words, and every request for friendship with yes: `deno task example:bot`. */
import { createClient, register, signIn } from "../client/mod.ts";

const url = Deno.env.get("PATTER_URL") ?? "http://localhost:8080";
const username = Deno.env.get("PATTER_BOT_NAME") ?? `echo_${crypto.randomUUID().slice(0, 8)}`;
const password = Deno.env.get("PATTER_BOT_PASSWORD");
const print = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));

// With a password it is somebody who was here before, without one somebody new.
const session = password === undefined
  ? await register({ url }, {
    username,
    nickname: "Echo",
    password: `${crypto.randomUUID()}a1`,
    device: { platform: "bot" },
  })
  : await signIn({ url }, { username, password });

const client = createClient({ url, session });

client.on("friend.requested", async ({ id }) => {
  await client.ask("POST", `/v1/friend-requests/${id}/accept`, {});
});

// New messages are told once each, in order, also those that came while the connection was lost.
client.on("message", ({ conversationId, message: { from, kind, body, seq } }) => {
  if (kind !== "text" || from === client.userId) return;
  client.read(conversationId, seq);
  client.send(conversationId, { kind: "text", body: body as { text: string }, replyTo: seq });
});

client.on("state", ({ state, reason }) => print(`${state}${reason ? `: ${reason}` : ""}`));
client.on("synced", () => print(`${username} is ${client.userId}`));
client.on("signedOut", ({ reason }) => {
  print(`signed out: ${reason}`);
  client.stop();
});
client.start();
