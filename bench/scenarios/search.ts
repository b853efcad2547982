/** Search in a million messages and in a thousand conversations, beside a read by the primary key. */
import postgres from "postgres";
import { openDatabase } from "../../db/client.ts";
import { indexConversations } from "../../domain/message_index.ts";
import { Api, forEach, type Person } from "../api.ts";
import type { Bench, Scenario } from "../bench.ts";
import { startPatter } from "../processes.ts";
import type { Comparison, Figure } from "../report.ts";
import { hanOf, textsFrom, wordOf } from "../search_texts.ts";
import { median, percentile } from "../statistics.ts";
import { createGroup, registerPeople } from "../world.ts";

const large = 1_000_000;
const small = 100;
const smallOnes = 1_000;
const rowsAtOnce = 20_000;
const yearMs = 365 * 86_400_000;
const readsEach = 40;
const batch = { messages: 2_000, units: 2_000_000 };

const queries: Record<string, string> = {
  "common word": wordOf(3),
  "word in a thousand": wordOf(800),
  "rare word": wordOf(45_000),
  "phrase": `"${wordOf(2)} ${wordOf(5)}"`,
  "two Chinese characters": hanOf(20) + hanOf(30),
  "none": "xyzzy",
};

/** Searches for words of every frequency, one after the other. */
export const search: Scenario = {
  name: "search",
  async run(bench) {
    const databaseUrl = await bench.createDatabase();
    const dataDir = await bench.createFolder();
    const people = await setUp(bench, { databaseUrl, dataDir });
    const filling = await fillIndex(bench, databaseUrl);
    const server = await startPatter({ dataDir, databaseUrl });
    const api = new Api(server.port);
    const times = await readAll(bench, api, people);
    await server.stop();
    const base = percentile(times.get("primary key read")!, 99);
    return {
      title: "Message search",
      about: `GET /v1/messages/search for pages of 50, one after the other, by a user in a ` +
        `conversation of ${large.toLocaleString("en")} messages and ${smallOnes} of ${small}, in ` +
        `that one and in all, beside GET of the newest message.`,
      figures: [...filling, ...[...times].map(([name, some]) => figureOf(name, some))],
      comparisons: [...times].filter(([name]) => name !== "primary key read")
        .map(([name, some]) => compare(name, percentile(some, 99) / base)),
    };
  },
};

interface SetUp {
  readonly reader: Person;
  readonly largeId: string;
}

async function setUp(
  bench: Bench,
  where: { databaseUrl: string; dataDir: string },
): Promise<SetUp> {
  const server = await startPatter(where);
  const api = new Api(server.port);
  const people = await registerPeople(api, 2);
  bench.say(`making ${smallOnes + 1} conversations`);
  const largeId = await createGroup(api, "Large", people);
  const ids = await forEach(
    Array(smallOnes).fill(0),
    (_, number) => createGroup(api, `Small ${number}`, people),
  );
  await server.stop();
  bench.say(`writing ${large + smallOnes * small} messages`);
  const sql = postgres(where.databaseUrl, { max: 1, onnotice: () => {} });
  const next = textsFrom(1);
  await write(sql, { ids: [largeId], each: large, senderId: people[1]!.id, next });
  await write(sql, { ids, each: small, senderId: people[1]!.id, next });
  await sql`
    update conversations c set last_seq = m.seq, last_rev = m.rev, active_at = m.at
    from (
      select conversation_id, max(seq) as seq, max(rev) as rev, max(at) as at
      from messages group by conversation_id
    ) m where m.conversation_id = c.id`;
  await sql`vacuum analyze`;
  await sql.end();
  return { reader: people[0]!, largeId };
}

interface Writing {
  readonly ids: readonly string[];
  readonly each: number;
  readonly senderId: string;
  readonly next: () => string;
}

/** Writes messages straight into the table, as many into each conversation, spread over a year. */
async function write(sql: postgres.Sql, { ids, each, senderId, next }: Writing): Promise<void> {
  const startsAt = Date.now();
  const total = ids.length * each;
  for (let first = 0; first < total; first += rowsAtOnce) {
    const rows = Array.from({ length: Math.min(rowsAtOnce, total - first) }, (_, place) => {
      const number = Math.floor((first + place) / ids.length);
      return {
        c: ids[(first + place) % ids.length],
        n: number + 10,
        at: new Date(startsAt + Math.floor((first + place) / total * yearMs)),
        text: next(),
      };
    });
    await sql`
      insert into messages (conversation_id, seq, rev, sender_id, client_id, at, kind, body)
      select c, n, n, ${senderId}::uuid, 'bulk-' || n, at, 'text', jsonb_build_object('text', text)
      from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb)
        r(c uuid, n bigint, at timestamptz, text text)`;
  }
}

/** Fills the index as the server does, but without resting. */
async function fillIndex(bench: Bench, databaseUrl: string): Promise<Figure[]> {
  bench.say("filling the index");
  const database = await openDatabase({ databaseUrl, poolMax: 1 });
  const rows = await database.query("select id::text from conversations", []);
  const startedAt = performance.now();
  let left = rows.map(({ id }) => String(id));
  while (left.length > 0) {
    const some = left.slice(0, 20);
    const unfinished = await indexConversations({ database }, some, { size: batch });
    left = [...left.slice(20), ...unfinished];
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const [size] = await database.query(
    `select pg_total_relation_size('message_terms') / 1048576.0 as whole,
      pg_relation_size('message_terms_terms') / 1048576.0 as gin`,
    [],
  );
  await database.query("vacuum analyze message_terms", []);
  await database.close();
  const count = large + smallOnes * small;
  return [
    {
      name: "filling the index",
      value: count / seconds,
      unit: "/s",
      note: `${seconds.toFixed(0)} s`,
    },
    {
      name: "size of the index",
      value: Number(size!.whole),
      unit: "MiB",
      note: `${Number(size!.gin).toFixed(0)} MiB of it GIN`,
    },
  ];
}

async function readAll(
  bench: Bench,
  api: Api,
  { reader, largeId }: SetUp,
): Promise<Map<string, number[]>> {
  const paths = new Map([["primary key read", `/conversations/${largeId}/messages?limit=1`]]);
  for (const [name, q] of Object.entries(queries)) {
    const path = `/messages/search?q=${encodeURIComponent(q)}`;
    paths.set(`${name}, in one`, `${path}&conversationId=${largeId}`);
    paths.set(`${name}, everywhere`, path);
  }
  const times = new Map([...paths.keys()].map((name) => [name, [] as number[]]));
  for (const path of paths.values()) await api.time(reader, path);
  for (let turn = 0; turn < readsEach * bench.runs; turn++) {
    for (const [name, path] of paths) times.get(name)!.push(await api.time(reader, path));
  }
  return times;
}

function figureOf(name: string, times: readonly number[]): Figure {
  const note = `p99 ${percentile(times, 99).toFixed(1)} ms`;
  return { name, value: median(times), unit: "ms", note };
}

function compare(name: string, value: number): Comparison {
  return { name: `message search, ${name}, p99 / primary key read`, value, unit: "×", atMost: 20 };
}
