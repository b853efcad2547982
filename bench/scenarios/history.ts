/** A page of history: 50 messages out of a million, beside 50 out of a thousand. */
import { Api, type Person } from "../api.ts";
import type { Bench, Scenario } from "../bench.ts";
import { startPatter } from "../processes.ts";
import type { Comparison, Figure } from "../report.ts";
import { median, percentile } from "../statistics.ts";
import { createGroup, fillConversation, registerPeople } from "../world.ts";

const sizes = { large: 1_000_000, small: 1000 } as const;
const pagesEach = 200;

type Size = keyof typeof sizes;
type Place = "newest" | "anywhere";

/** Reads pages of both conversations in turn, the newest and ones at random places. */
export const history: Scenario = {
  name: "history",
  async run(bench) {
    const databaseUrl = await bench.createDatabase();
    const server = await startPatter({ dataDir: await bench.createFolder(), databaseUrl });
    const api = new Api(server.port);
    const people = await registerPeople(api, 2);
    const ids = {
      large: await createGroup(api, "Large", people),
      small: await createGroup(api, "Small", people),
    };
    bench.say(`writing ${sizes.large} messages`);
    await fillConversation(databaseUrl, { id: ids.large, people, count: sizes.large });
    await fillConversation(databaseUrl, { id: ids.small, people, count: sizes.small });
    const figures: Figure[] = [];
    const comparisons: Comparison[] = [];
    for (const place of ["newest", "anywhere"] as const) {
      const { large, small } = await readPages(bench, api, people[0]!, ids, place);
      figures.push(figureOf("large", place, large), figureOf("small", place, small));
      comparisons.push(compare(place, large, small));
    }
    await server.stop();
    return { title: "History page", about, figures, comparisons };
  },
};

const about = `GET of 50 messages over HTTP, one after the other, from a conversation with ` +
  `${sizes.large.toLocaleString("en")} messages and from one with ` +
  `${sizes.small.toLocaleString("en")}, in turn: the newest page, and pages at random places.`;

/** Times in ms of both conversations, the page of one right after that of the other. */
async function readPages(
  bench: Bench,
  api: Api,
  person: Person,
  ids: Record<Size, string>,
  place: Place,
): Promise<Record<Size, number[]>> {
  const times: Record<Size, number[]> = { large: [], small: [] };
  for (let page = 0; page < pagesEach * bench.runs; page++) {
    for (const size of ["large", "small"] as const) {
      const beforeSeq = 51 + Math.floor(Math.random() * (sizes[size] - 51));
      const where = place === "newest" ? "" : `&beforeSeq=${beforeSeq}`;
      const path = `/conversations/${ids[size]}/messages?limit=50${where}`;
      times[size].push(await api.time(person, path));
    }
  }
  return times;
}

function figureOf(size: Size, place: Place, times: number[]): Figure {
  const name = `${place} page of ${sizes[size].toLocaleString("en")}`;
  const note = `p99 ${percentile(times, 99).toFixed(1)} ms`;
  return { name, value: median(times), unit: "ms", note };
}

function compare(place: Place, large: number[], small: number[]): Comparison {
  const name = `history page, ${place}, of 1,000,000 / of 1,000`;
  return { name, value: median(large) / median(small), unit: "×", atMost: 1.5 };
}
