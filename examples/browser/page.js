/** A chat in a page: signs in, shows conversations and messages, sends. */
import { createClient, signIn } from "./mod.js";

const at = (id) => document.getElementById(id);
const textOf = ({ body }) => body?.text ?? "(not a text)";
let client, thread;

function show() {
  at("conversations").replaceChildren(
    ...client.conversations().map(({ id, state, my, unread }) => {
      const label = `${my.peer?.nickname ?? state.name} (${unread})`;
      return new Option(label, id, false, id === thread?.conversationId);
    }),
  );
  const said = (thread?.messages ?? []).map((message) => `#${message.seq} ${textOf(message)}`);
  const mine = (thread?.pending ?? []).map(({ message, state }) => `${textOf(message)} (${state})`);
  const lines = [...said, ...mine].map((textContent) =>
    Object.assign(document.createElement("li"), { textContent })
  );
  at("messages").replaceChildren(...lines);
}

at("enter").onsubmit = async (event) => {
  event.preventDefault();
  const { url, ...credentials } = Object.fromEntries(new FormData(event.target));
  client = createClient({ url, session: await signIn({ url }, credentials) });
  client.on("state", ({ state }) => at("state").textContent = state);
  client.on("changed", show);
  client.start();
};
at("conversations").onchange = ({ target }) => {
  thread?.close();
  thread = client.open(target.value);
  thread.loadOlder();
};
at("say").onsubmit = (event) => {
  event.preventDefault();
  client.send(thread.conversationId, { kind: "text", body: { text: event.target.text.value } });
  event.target.reset();
};
