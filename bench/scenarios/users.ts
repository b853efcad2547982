/** Finding one of a million users by part of a name, beside reading one by id. */
import { Api, type Person } from "../api.ts";
import type { Bench, Scenario } from "../bench.ts";
import { queries, settle, sizesOf, someIds } from "../census.ts";
import { startPatter } from "../processes.ts";
import type { Figure } from "../report.ts";
import { median, percentile } from "../statistics.ts";
import { registerPeople } from "../world.ts";

const count = 1_000_000;
const searchesEach = 100;
const deepPage = 50;

/** Searches and reads by id in turn. */
export const users: Scenario = {
  name: "users",
  async run(bench) {
    const databaseUrl = await bench.createDatabase();
    const server = await startPatter({ dataDir: await bench.createFolder(), databaseUrl });
    const api = new Api(server.port);
    bench.say(`writing ${count} users`);
    await settle(databaseUrl, count);
    const { rows, table, key } = await sizesOf(databaseUrl);
    const [seeker] = await registerPeople(api, 1) as [Person];
    const paths = pathsOf(await deepCursor(api, seeker, "an"));
    const times = await search(bench, {
      api,
      seeker,
      paths,
      ids: await someIds(databaseUrl, 1000),
    });
    await server.stop();
    const searches = times.searches.flatMap(({ each }) => each);
    return {
      title: "User search",
      about,
      figures: [
        figureOf("a user by id", times.lookUps),
        figureOf("a search of any kind", searches),
        ...times.searches.map(({ name, each }) => figureOf(`search: ${name}`, each)),
        {
          name: "index of names, key",
          value: key / 1_048_576,
          unit: "MiB",
          note: `${rows.toLocaleString("en")} rows in ${(table / 1_048_576).toFixed(0)} MiB`,
        },
      ],
      comparisons: [{
        name: "user search, p99, of 1,000,000 / primary key look-up",
        value: percentile(searches, 99) / percentile(times.lookUps, 99),
        unit: "×",
        atMost: 10,
      }],
    };
  },
};

const about =
  `GET of the first 50 users whose name holds a query, over HTTP, one after the other, ` +
  `among ${count.toLocaleString("en")} users, and GET of one user by its id after each: queries ` +
  `that hundreds of thousands of names hold, rare ones, some that nobody has, and a page far on.`;

function pathsOf(cursor: string): { name: string; each: string[] }[] {
  const first = Object.entries(queries).map(([name, each]) => ({
    name,
    each: each.map((query) => `/users?query=${encodeURIComponent(query)}`),
  }));
  return [...first, {
    name: `two letters, page ${deepPage}`,
    each: [`/users?query=an&cursor=${cursor}`],
  }];
}

/** Where a page far on begins. */
async function deepCursor(api: Api, seeker: Person, query: string): Promise<string> {
  let cursor = "";
  for (let page = 1; page < deepPage; page++) {
    const path = `/users?query=${query}${cursor === "" ? "" : `&cursor=${cursor}`}`;
    const { nextCursor } = await api.call<{ nextCursor: string }>(seeker, "GET", path);
    cursor = nextCursor;
  }
  return cursor;
}

async function search(bench: Bench, { api, seeker, paths, ids }: {
  api: Api;
  seeker: Person;
  paths: { name: string; each: string[] }[];
  ids: string[];
}) {
  const lookUps: number[] = [];
  const searches = paths.map(({ name }) => ({ name, each: [] as number[] }));
  for (let turn = 0; turn < searchesEach * bench.runs; turn++) {
    for (const [kind, { each }] of paths.entries()) {
      searches[kind]!.each.push(await api.time(seeker, each[turn % each.length]!));
      const id = ids[Math.floor(Math.random() * ids.length)]!;
      lookUps.push(await api.time(seeker, `/users/${id}`));
    }
  }
  return { lookUps, searches };
}

function figureOf(name: string, times: readonly number[]): Figure {
  const note = `p99 ${percentile(times, 99).toFixed(1)} ms`;
  return { name, value: median(times), unit: "ms", note };
}
