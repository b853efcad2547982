/** What the load generator itself can do on this machine, against a peer that only writes or swallows. */
import type { Bench, Scenario } from "../bench.ts";
import { drive } from "../fleet.ts";
import { cpuSeconds } from "../machine.ts";
import { startPeer } from "../processes.ts";
import type { Figure } from "../report.ts";
import { bare } from "../dialects.ts";
import { FrameMint } from "../sender.ts";
import { openSockets } from "../socket.ts";
import { median } from "../statistics.ts";

const members = 500;

/** Counts deliveries from a flood and sends into a sink. */
export const ceiling: Scenario = {
  name: "ceiling",
  async run(bench) {
    const figures = [await receive(bench, 1), await receive(bench, 64), await send(bench)];
    return {
      title: "The load generator's own ceiling",
      about:
        `Deliveries that ${members} raw connections count from a peer that writes frames encoded ` +
        "beforehand without end, and frames that one of them sends into a peer that swallows them, " +
        "one write each.",
      figures,
      comparisons: [],
    };
  },
};

async function receive(bench: Bench, messages: number): Promise<Figure> {
  const path = `/flood?messages=${messages}`;
  const rates: number[] = [];
  const shares: number[] = [];
  for (let run = 0; run < bench.runs; run++) {
    // A peer of its own each time: the one before still holds what it could not get rid of.
    const peer = await startPeer("bench/peers/flood.ts");
    const sockets = openSockets(Array(members).fill({ port: peer.port, path, headers: [] }));
    const startedAt = performance.now();
    const cpuBefore = cpuSeconds("self");
    const until = startedAt + bench.seconds * 1000;
    drive({ active: [], passive: sockets }, () => {}, (now) => now < until);
    const seconds = (performance.now() - startedAt) / 1000;
    const frames = sockets.reduce((sum, socket) => sum + socket.reader.frames, 0);
    rates.push(frames * messages / seconds);
    shares.push((cpuSeconds("self") - cpuBefore) / seconds);
    for (const socket of sockets) socket.close();
    await peer.stop();
  }
  return {
    name: `counted, ${messages} to a frame`,
    value: median(rates),
    unit: "deliveries/s",
    note: `generator ${(median(shares) * 100).toFixed(0)} % of a core`,
  };
}

async function send(bench: Bench): Promise<Figure> {
  const peer = await startPeer("bench/peers/flood.ts");
  const rates: number[] = [];
  for (let run = 0; run < bench.runs; run++) {
    const [socket] = openSockets([{ port: peer.port, path: "/swallow", headers: [] }]);
    const mint = new FrameMint(bare, crypto.randomUUID(), 1);
    const startedAt = performance.now();
    const until = startedAt + bench.seconds * 1000;
    let frames = 0;
    for (; performance.now() < until; frames++) socket!.write(mint.mint(1));
    rates.push(frames / (performance.now() - startedAt) * 1000);
    socket!.close();
  }
  await peer.stop();
  return { name: "sent", value: median(rates), unit: "frames/s" };
}
