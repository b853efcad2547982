/** A group of 5,000 beside one of 50: pages of its members, and the list of groups that shows it. */
import postgres from "postgres";
import { Api, forEach, type Person } from "../api.ts";
import type { Bench, Scenario } from "../bench.ts";
import { startPatter } from "../processes.ts";
import type { Comparison, Figure } from "../report.ts";
import { median, percentile } from "../statistics.ts";
import { createGroup, registerPeople } from "../world.ts";

const sizes = { large: 5000, small: 50 } as const;
const otherGroups = 20;
const readsEach = 200;

type Size = keyof typeof sizes;
/** What is read of a group: `anywhere` is a page of its members from a random place. */
type Reading = "first" | "anywhere" | "list";

interface Place {
  readonly owner: Person;
  readonly groupId: string;
  /** Where the pages of its members begin. */
  readonly cursors: readonly string[];
}

/** Reads of both groups in turn. */
export const groups: Scenario = {
  name: "groups",
  async run(bench) {
    const databaseUrl = await bench.createDatabase();
    const server = await startPatter({ dataDir: await bench.createFolder(), databaseUrl });
    const api = new Api(server.port);
    bench.say(`making groups of ${sizes.large} and ${sizes.small}`);
    const extras = await settle(databaseUrl, sizes.large - 1);
    const places = {
      large: await found(api, extras),
      small: await found(api, extras.slice(0, sizes.small - 1)),
    };
    await vacuum(databaseUrl);
    const times = await readBoth(bench, api, places);
    await server.stop();
    return {
      title: "Groups",
      about,
      figures: (["large", "small"] as const).flatMap((size) =>
        (["first", "anywhere", "list"] as const).map((reading) =>
          figureOf(size, reading, times[size][reading])
        )
      ),
      comparisons: [
        compare("member page, first", times, { reading: "first", atMost: 1.5 }),
        compare("member page, anywhere", times, { reading: "anywhere", atMost: 1.5 }),
        compare("group list", times, { reading: "list", atMost: 5 }),
      ],
    };
  },
};

const about = `GET of 50 members, the first page and pages from random places, and GET of the ` +
  `list of groups by somebody who is in it and in ${otherGroups} others, over HTTP, one after ` +
  `the other: for a group of ${
    sizes.large.toLocaleString("en")
  } and one of ${sizes.small}, in turn.`;

/** People who never sign in: no password to hash for each. */
async function settle(url: string, count: number): Promise<Person[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  const rows = await sql<{ id: string }[]>`
    insert into users (id, username, nickname, created_at)
    select gen_random_uuid(), 'member_' || n, 'Member ' || n, now()
    from generate_series(1, ${count}::int) n returning id`;
  await sql.end();
  return rows.map(({ id }) => ({ id, token: "" }));
}

/** Somebody new with a group of these people, and smaller groups besides. */
async function found(api: Api, people: readonly Person[]): Promise<Place> {
  const [owner, partner] = await registerPeople(api, 2) as [Person, Person];
  const groupId = await createGroup(api, "Measured", [owner, ...people]);
  await forEach(
    Array(otherGroups).fill(0),
    (_, number) => createGroup(api, `Other ${number}`, [owner, partner]),
  );
  return { owner, groupId, cursors: await cursorsOf(api, owner, groupId) };
}

async function cursorsOf(api: Api, owner: Person, groupId: string): Promise<string[]> {
  const cursors = [""];
  for (;;) {
    const path = pathOf(groupId, cursors.at(-1)!);
    const page = await api.call<{ items: unknown[]; nextCursor: string | null }>(
      owner,
      "GET",
      path,
    );
    if (page.nextCursor === null) return cursors;
    cursors.push(page.nextCursor);
  }
}

function pathOf(groupId: string, cursor: string): string {
  return `/groups/${groupId}/members?limit=50${cursor === "" ? "" : `&cursor=${cursor}`}`;
}

async function vacuum(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  await sql`vacuum analyze`;
  await sql.end();
}

type Times = Record<Size, Record<Reading, number[]>>;

async function readBoth(bench: Bench, api: Api, places: Record<Size, Place>): Promise<Times> {
  const times: Times = {
    large: { first: [], anywhere: [], list: [] },
    small: { first: [], anywhere: [], list: [] },
  };
  for (let turn = 0; turn < readsEach * bench.runs; turn++) {
    for (const reading of ["first", "anywhere", "list"] as const) {
      for (const size of ["large", "small"] as const) {
        const { owner, groupId, cursors } = places[size];
        const page = reading === "first" ? 0 : Math.floor(Math.random() * cursors.length);
        const path = reading === "list" ? "/groups" : pathOf(groupId, cursors[page]!);
        times[size][reading].push(await api.time(owner, path));
      }
    }
  }
  return times;
}

function figureOf(size: Size, reading: Reading, times: readonly number[]): Figure {
  const what = reading === "list" ? "group list with one" : `members, ${reading} page,`;
  const name = `${what} of ${sizes[size].toLocaleString("en")}`;
  const note = `p99 ${percentile(times, 99).toFixed(1)} ms`;
  return { name, value: median(times), unit: "ms", note };
}

function compare(
  name: string,
  times: Times,
  { reading, atMost }: { reading: Reading; atMost: number },
): Comparison {
  const value = median(times.large[reading]) / median(times.small[reading]);
  return { name: `${name}, of 5,000 / of 50`, value, unit: "×", atMost };
}
