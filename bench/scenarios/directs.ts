/** Direct messages between 1,000 connections: acknowledged sends a second, beside the append alone. */
import { Api, forEach } from "../api.ts";
import type { Bench, Scenario } from "../bench.ts";
import { type PairsFigures, type PairsTarget, runPairs } from "../direct_load.ts";
import { outputOf, startPatter } from "../processes.ts";
import type { Figure } from "../report.ts";
import { median } from "../statistics.ts";
import { addressOf, openDirect, registerPeople } from "../world.ts";

const connections = 1000;
const fewInFlight = 128;

/** Runs the pairs and the bare append in turn, on the same conversations. */
export const directs: Scenario = {
  name: "directs",
  async run(bench) {
    const databaseUrl = await bench.createDatabase();
    const server = await startPatter({ dataDir: await bench.createFolder(), databaseUrl });
    const target = await pairUp(bench, server.port, server.pid);
    const pairs: PairsFigures[] = [];
    const many: number[] = [];
    const few: number[] = [];
    for (let run = 0; run < bench.runs; run++) {
      pairs.push(await runPairs(target, bench.seconds));
      many.push(await appendAlone(databaseUrl, connections, bench.seconds));
      few.push(await appendAlone(databaseUrl, fewInFlight, bench.seconds));
      bench.say(
        `Patter ${Math.round(pairs.at(-1)!.sendsPerSecond)}/s, ` +
          `append alone ${Math.round(many.at(-1)!)}/s and ${Math.round(few.at(-1)!)}/s`,
      );
    }
    await server.stop();
    const whole = figureOf(pairs);
    return {
      title: `Direct messages between ${connections} connections`,
      about:
        `${connections / 2} pairs send 100 bytes to each other, each connection with one send in ` +
        "flight; a send counts when it is stored and answered, and both sides got it. The bare append " +
        "is the batched append function driven from Deno on the same conversations, without server.",
      figures: [
        whole,
        { name: `bare append, ${connections} in flight`, value: median(many), unit: "sends/s" },
        { name: `bare append, ${fewInFlight} in flight`, value: median(few), unit: "sends/s" },
      ],
      comparisons: [{
        name: `direct messages / bare append, ${connections} in flight`,
        value: whole.value / median(many),
        unit: "×",
        atLeast: 0.5,
      }],
    };
  },
};

async function pairUp(bench: Bench, port: number, serverPid: number): Promise<PairsTarget> {
  bench.say(`registering ${connections} people`);
  const api = new Api(port);
  const people = await registerPeople(api, connections);
  const firsts = people.filter((_, at) => at % 2 === 0);
  const conversationIds = await forEach(
    firsts,
    (person, at) => openDirect(api, person, people[at * 2 + 1]!),
  );
  return {
    addresses: people.map((person) => addressOf(port, person)),
    conversationIds,
    serverPid,
  };
}

async function appendAlone(url: string, inFlight: number, seconds: number): Promise<number> {
  const args = [String(inFlight), String(seconds)];
  return Number(await outputOf("bench/peers/append.ts", args, { DATABASE_URL: url }));
}

function figureOf(runs: readonly PairsFigures[]): Figure {
  const percent = (shares: number[]) => `${Math.round(median(shares) * 100)} %`;
  const server = percent(runs.map((run) => run.serverShare));
  const generator = percent(runs.map((run) => run.generatorShare));
  return {
    name: "Patter",
    value: median(runs.map((run) => run.sendsPerSecond)),
    unit: "sends/s",
    note: `of a core: server ${server}, generator ${generator}`,
  };
}
