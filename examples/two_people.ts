/** Two people meet, chat both ways over the socket, and read the history: `deno task example`. */
const server = Deno.env.get("PATTER_URL") ?? "http://localhost:8080";
const print = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));

async function ask(token: string, method: string, path: string, input?: unknown) {
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  const body = input === undefined ? null : JSON.stringify(input);
  const response = await fetch(server + path, { method, headers, body });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${answer.code} ${answer.detail ?? ""}`);
  return answer;
}

/** Registers somebody under a random name and connects; `hear` gives the next that another says. */
async function join(nickname: string) {
  const username = `${nickname}_${crypto.randomUUID().slice(0, 8)}`;
  const account = { username, nickname, password: `${crypto.randomUUID()}a1` };
  const { accessToken, user } = await ask("", "POST", "/v1/auth/register", account);
  const address = `${server.replace("http", "ws")}/v1/ws`;
  const socket = new WebSocket(address, ["patter.v1", `bearer.${accessToken}`]);
  const ready = Promise.withResolvers<void>();
  let heard = Promise.withResolvers<string>();
  socket.onmessage = ({ data }) => {
    for (const { method, params, error } of [JSON.parse(data)].flat()) { // one message or several
      if (error) heard.reject(new Error(error.message));
      if (method === "session.ready") ready.resolve();
      if (method !== "changes") continue;
      for (const { from, body } of params.messages) if (from !== user.id) heard.resolve(body.text);
    }
  };
  socket.onclose = ({ reason }) => ready.reject(new Error(`${address} closed: ${reason}`));
  await ready.promise;
  return {
    nickname,
    id: user.id as string,
    ask: (...request: [method: string, path: string, input?: unknown]) =>
      ask(accessToken, ...request),
    hear: () => (heard = Promise.withResolvers<string>()).promise,
    say(conversationId: string, text: string) {
      const id = crypto.randomUUID(); // sent again under the same clientId it would be stored once
      const params = { conversationId, clientId: id, kind: "text", body: { text } };
      socket.send(JSON.stringify({ jsonrpc: "2.0", id, method: "message.send", params }));
    },
    leave: () => socket.close(),
  };
}

const [ana, bo] = [await join("Ana"), await join("Bo")];
const request = await ana.ask("POST", "/v1/friend-requests", { userId: bo.id });
await bo.ask("POST", `/v1/friend-requests/${request.id}/accept`, {});
const { id } = await ana.ask("POST", "/v1/conversations/direct", { userId: bo.id });
const dialogue = [[ana, bo, "Hello Bo!"], [bo, ana, "Hello Ana!"]] as const;
for (const [speaker, listener, text] of dialogue) {
  const heard = listener.hear();
  speaker.say(id, text);
  print(`${speaker.nickname}: ${await heard}`);
}
const { items } = await bo.ask("GET", `/v1/conversations/${id}/messages`);
print(`History: ${items.map((one: { body: { text: string } }) => one.body.text).join(" / ")}`);
for (const person of [ana, bo]) person.leave();
