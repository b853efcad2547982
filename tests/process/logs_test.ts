/** The log: a line for each request and each connection's end, none twice, and nothing that is private. */
import { strict as assert } from "node:assert";
import { openDatabase } from "../../db/client.ts";
import { migrate } from "../../db/migrate.ts";
import type { Problem } from "../../errors.ts";
import { subprotocol } from "../../schemas/frames.ts";
import { CallFailed, type Client } from "../support/client.ts";
import { type Home, type LogLine, makeHome, startServer } from "../support/server_process.ts";
import { type Answer, type Person, type Site, test } from "../support/world.ts";

const phone = "+4915112347799";
const password = "wombat-Secret-77";
const text = "the purple elephant knows";

/** A database whose own error messages quote what they were given, as real ones do. */
async function withTriggers({ folder, env }: Home): Promise<void> {
  const databaseUrl = env["DATABASE_URL"] ?? null;
  await Deno.mkdir(folder.data, { recursive: true });
  const database = await openDatabase({ databaseUrl, folder: `${folder.data}/postgres` });
  await migrate(database, { databaseUrl });
  const statements = [
    `create function refuse() returns trigger language plpgsql as
     $$ begin raise exception 'cannot store %', new; end $$`,
    `create trigger refuse before insert on messages for each row
     when (new.client_id = 'broken') execute function refuse()`,
    `create trigger refuse before insert on users for each row
     when (new.nickname = 'broken') execute function refuse()`,
  ];
  for (const statement of statements) await database.query(statement, []);
  await database.close();
}

/** What was asked and answered, with the request's id. */
interface Asked {
  readonly id: string;
  readonly status: number;
  readonly code: string | undefined;
  readonly userId: string | undefined;
}

function noted(answer: Answer<unknown>, userId?: string): Asked {
  const { code } = (answer.body ?? {}) as Partial<Problem>;
  return { id: answer.headers.get("x-request-id")!, status: answer.status, code, userId };
}

/** Strangers who get it right and wrong. */
async function atTheDoor(site: Site): Promise<Asked[]> {
  const post = async (path: string, body: unknown) => noted(await site.ask("POST", path, body));
  const account = { phone: phone.replace("77", "78"), password, nickname: "broken" };
  return [
    await post("/v1/auth/register", account),
    await post("/v1/auth/register", { phone, password, nickname: "ana" }),
    await post("/v1/auth/register", { phone: `${phone}12345678`, password, nickname: text }),
    await post("/v1/auth/login", { phone, password: `${password}!` }),
    await post("/v1/auth/login", `{ "phone": "${phone}", "password": "${password}`),
    await post("/v1/auth/refresh", { refreshToken: password }),
    noted(await site.ask("GET", `/v1/users?phone=${encodeURIComponent(phone)}`)),
    noted(await site.ask("PUT", "/v1/users/me", { text })),
    noted(await site.ask("GET", `/v1/ws?token=${password}`)),
    noted(
      await site.ask("GET", "/v1/users/me", undefined, { authorization: `Bearer ${password}` }),
    ),
  ];
}

/** Somebody who is signed in, and sends what can and what cannot be stored. */
async function byRest(person: Person, conversationId: string): Promise<Asked[]> {
  const path = `/v1/conversations/${conversationId}/messages`;
  const send = (clientId: string, body: unknown) =>
    person.ask("POST", path, { clientId, kind: "text", body });
  const answers = [
    await send("fine", { text }),
    await send("broken", { text }),
    await send("nul", { text: `${text}\u0000` }),
    await send("unknown", { text, [text]: 1 }),
    await person.ask("GET", `/v1/users?phone=${encodeURIComponent(phone)}`),
    await person.ask("PATCH", "/v1/users/me", { bio: text }),
    await person.ask("GET", path),
  ];
  return answers.map((answer) => noted(answer, person.id));
}

async function bySocket(client: Client, conversationId: string): Promise<Problem> {
  const send = (clientId: string) =>
    client.call("message.send", { conversationId, clientId, kind: "text", body: { text } });
  await send("also_fine");
  client.send(`{"jsonrpc":"2.0","id":"x","method":"${text}","params":{"text":"${text}"}}`);
  await client.answer("x");
  client.send(`{"text": "${text}`);
  await client.answer(null);
  const error = await send("broken").then(() => null, (error: unknown) => error);
  assert.ok(error instanceof CallFailed);
  return error.problem;
}

function requestLines(lines: readonly LogLine[], asked: readonly Asked[]): void {
  for (const { id, status, code, userId } of asked) {
    const mine = lines.filter(({ requestId, message }) =>
      requestId === id && message === "request"
    );
    assert.equal(mine.length, 1, `${mine.length} lines for a request that was answered ${status}`);
    const [line] = mine;
    assert.deepEqual([line!["status"], line!["code"], line!["userId"]], [status, code, userId]);
    assert.ok(Number.isInteger(line!["durationMs"]));
  }
  const all = lines.filter(({ message }) => message === "request");
  assert.equal(
    new Set(all.map(({ requestId }) => requestId)).size,
    all.length,
    "One is there twice",
  );
}

/** Faults of ours are logged once, under the id that the client was told. */
function faultLines(lines: readonly LogLine[], ids: readonly (string | undefined)[]): void {
  const faults = lines.filter(({ level }) => level === "ERROR");
  assert.deepEqual(faults.map((line) => line["requestId"]), ids);
  for (const fault of faults) assert.equal(fault["code"], "internal");
}

function nothingPrivate(output: string, sessions: readonly Person[]): void {
  const tokens = sessions.flatMap(({ session }) => [session.accessToken, session.refreshToken]);
  const words = [phone, phone.slice(1), password, text, "purple", "$scrypt$", ...tokens];
  for (const word of words) assert.ok(!output.includes(word), `"${word}" is in the log`);
}

test("the log has a line for each request and connection, none twice, and nothing private", async () => {
  await using home = await makeHome();
  await withTriggers(home);
  await using server = await startServer(home);
  const { site, process } = server;
  const { ana, id } = await site.pair();
  const bo = await site.person("bo");
  const client = await ana.connect();
  const connectionId = client.all("session.ready")[0]!.connectionId;
  const strangers = await atTheDoor(site);
  const asked = [...strangers, ...await byRest(ana, id)];
  const internal = await bySocket(client, id);
  asked.push(noted(await bo.ask("GET", `/v1/conversations/${id}`), bo.id));
  const refused = new WebSocket(`${site.url.replace("http", "ws")}/v1/ws`, [
    subprotocol,
    `bearer.${password}`,
  ]);
  await new Promise((resolve) => refused.addEventListener("close", resolve));
  await client.close();
  const ended = await process.logged("connection ended");
  process.kill("SIGTERM");
  await process.ended;

  for (const line of process.stdout.trim().split("\n").slice(1)) assert.ok(JSON.parse(line));
  assert.equal(process.stderr, "");
  const { lines } = process;
  const upgrade = lines.filter(({ code, path }) => code === "tokenInvalid" && path === "/v1/ws");
  assert.equal(upgrade.length, 1, "A refused upgrade is a request");
  requestLines(lines, asked);
  const faults = asked.filter(({ code }) => code === "internal").map(({ id }) => id);
  assert.equal(faults.length, 2);
  faultLines(lines, [...faults, internal.requestId]);
  assert.deepEqual(
    [ended["connectionId"], ended["userId"], ended["code"]],
    [connectionId, ana.id, 1005],
  );
  assert.ok(Number.isInteger(ended["durationMs"]));
  assert.equal(lines.filter(({ message }) => message === "connection ended").length, 1);
  nothingPrivate(process.stdout, [ana, bo]);
});
