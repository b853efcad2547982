/** Ends of a bus without a hub behind them: what each hears, and what anyone on the network could say. */
import { RedisLink } from "../../adapters/redis_link.ts";
import { openSession } from "../../adapters/redis_session.ts";
import type { Bus, ConnectBus } from "../../realtime/bus.ts";
import { RedisCarrier } from "../../realtime/bus_redis.ts";
import { channelOf, shardOf, sharedChannelOf } from "../../realtime/channels.ts";
import { sealedBus } from "../../realtime/sealed_bus.ts";
import { share } from "../../sharing.ts";
import { busSecret, configOn, type SharedService } from "./shared_services.ts";
import { until } from "./waiting.ts";
import { type TestLog, testLog } from "./world.ts";

/** One instance's end. */
export interface BusEnd extends AsyncDisposable {
  readonly bus: Bus;
  /** `topic word` of each packet that was received. */
  readonly received: string[];
  /** Topics as they began to be heard, again and again. */
  readonly heard: string[];
  readonly log: TestLog;
  says(topic: string, word: string): void;
  /** Joins, and waits until they are heard. */
  hears(...topics: string[]): Promise<void>;
}

/** How packets travel on a service. */
export type Way = "sharded" | "plain" | "http";

const clock = { now: () => new Date() };

/** Another end on a service. */
export function endOn(service: SharedService, way: Way): BusEnd {
  const log = testLog();
  const { connect, close } = connectTo(service, way, log);
  const received: string[] = [];
  const heard: string[] = [];
  const bus = connect(
    (topic, packet) => {
      if (packet.type === "joined") received.push(`${topic} ${packet.conversationId}`);
      else received.push(`${topic} ${packet.type}`);
    },
    (topics) => heard.push(...topics),
  );
  return {
    bus,
    received,
    heard,
    log,
    says: (topic, word) => bus.publish(topic, { type: "joined", conversationId: word }),
    async hears(...topics) {
      for (const topic of topics) bus.join(topic);
      await until("the topics are heard", () => topics.every((topic) => heard.includes(topic)));
    },
    async [Symbol.asyncDispose]() {
      await bus.close();
      close();
    },
  };
}

function connectTo(
  service: SharedService,
  way: Way,
  log: TestLog,
): { connect: ConnectBus; close(): void } {
  const config = configOn(service);
  if (way !== "plain") {
    const sharing = share({ config, clock, log });
    return { connect: sharing.bus, close: () => sharing.close() };
  }
  const link = new RedisLink({ target: config.redisUrl!, ca: null, log, pubSub: "plain" });
  const sealing = { secret: busSecret, clock, log };
  return {
    connect: sealedBus((events) => new RedisCarrier(link, events), sealing),
    close: () => link.close(),
  };
}

/** Waits until the one is heard at the other again, on each of these topics, however often it must be said. */
export async function allArrive(
  from: BusEnd,
  at: BusEnd,
  topics: readonly string[],
  withinMs: number,
): Promise<void> {
  for (const topic of topics) {
    await until(`${topic} arrives`, () => {
      from.says(topic, "back");
      return at.received.includes(`${topic} back`);
    }, withinMs);
  }
}

/** Says texts where a topic is listened to, as anyone could who reaches Redis. */
export async function intrude(
  service: SharedService,
  way: Way,
  topic: string,
  texts: readonly string[],
): Promise<void> {
  const { port } = new URL(service.url);
  const address = { host: "127.0.0.1", port: Number(port) };
  const target = {
    addresses: [address],
    tls: false,
    username: null,
    password: null,
    database: 0,
  };
  const session = await openSession({ target, ca: null }, address);
  const channel = way === "http" ? sharedChannelOf(shardOf(topic, 16)) : channelOf(topic);
  const isSharded = way === "sharded" && session.isSharded;
  await Promise.all(texts.map((text) => session.publish({ channel, text, isSharded })));
  session.close("done");
}
