/** The conversation list of a user in 1,000 conversations, beside that of a user in 20. */
import { Api, forEach, type Person } from "../api.ts";
import type { Scenario } from "../bench.ts";
import { startPatter } from "../processes.ts";
import type { Figure } from "../report.ts";
import { messageText } from "../sender.ts";
import { median, percentile } from "../statistics.ts";
import { createGroup, registerPeople } from "../world.ts";

const busyIn = 1000;
const calmIn = 20;
const messagesEach = 3;
const listsEach = 200;

/** Reads both lists in turn. */
export const conversations: Scenario = {
  name: "conversations",
  async run(bench) {
    const databaseUrl = await bench.createDatabase();
    const server = await startPatter({ dataDir: await bench.createFolder(), databaseUrl });
    const api = new Api(server.port);
    const [busy, calm, partner] = await registerPeople(api, 3) as [Person, Person, Person];
    bench.say(`making ${busyIn + calmIn} conversations`);
    await converse(api, partner, busy, busyIn);
    await converse(api, partner, calm, calmIn);
    const times = { busy: [] as number[], calm: [] as number[] };
    for (let turn = 0; turn < listsEach * bench.runs; turn++) {
      times.busy.push(await api.time(busy, "/conversations"));
      times.calm.push(await api.time(calm, "/conversations"));
    }
    await server.stop();
    return {
      title: "Conversation list",
      about:
        `GET of the first page of conversations (50 and 20 items, each with its last message ` +
        `and unread count) over HTTP, one after the other, for a user in ${busyIn} conversations ` +
        `and one in ${calmIn}, in turn.`,
      figures: [figureOf(busyIn, times.busy), figureOf(calmIn, times.calm)],
      comparisons: [{
        name: `conversation list, p99, in ${busyIn} / in ${calmIn}`,
        value: percentile(times.busy, 99) / percentile(times.calm, 99),
        unit: "×",
        atMost: 5,
      }],
    };
  },
};

/** Groups of the two with a few messages each, unread by the second. */
async function converse(api: Api, one: Person, other: Person, count: number): Promise<void> {
  await forEach(Array(count).fill(0), async (_, number) => {
    const id = await createGroup(api, `Group ${number}`, [one, other]);
    for (let message = 0; message < messagesEach; message++) {
      const body = { clientId: `set-up-${message}`, kind: "text", body: { text: messageText } };
      await api.call(one, "POST", `/conversations/${id}/messages`, body);
    }
  });
}

function figureOf(count: number, times: number[]): Figure {
  const note = `p99 ${percentile(times, 99).toFixed(1)} ms`;
  return { name: `list of a user in ${count}`, value: median(times), unit: "ms", note };
}
