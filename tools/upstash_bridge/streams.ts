/** Subscriptions as server-sent events: a connection to Redis for each, gone when either side goes. */
import { createClient } from "redis";

/** What is subscribed to. */
export interface Topic {
  readonly name: string;
  readonly isPattern: boolean;
}

// What a reader may be behind; then its stream ends, as Redis would end it.
const backlogMax = 8 * 1_048_576;
const aliveEveryMs = 15_000;

/** A stream of what is published: `data: message,channel,text`, after `data: subscribe,channel,1`. */
export async function streamOf(url: string, { name, isPattern }: Topic): Promise<Response> {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: { reconnectStrategy: false },
  });
  const encoder = new TextEncoder();
  const end = () => {
    clearInterval(alive);
    if (client.isOpen) client.destroy();
  };
  let alive: ReturnType<typeof setInterval> | undefined;
  let write = (_event: string) => {};
  client.on("error", () => end());
  await client.connect();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      write = (event) => {
        if (controller.desiredSize! < 0) return finish();
        controller.enqueue(encoder.encode(event));
      };
      const finish = () => {
        if (write === closed) return;
        write = closed;
        end();
        controller.close();
      };
      client.on("error", finish);
      client.on("end", finish);
      alive = setInterval(() => write(": alive\n\n"), aliveEveryMs);
    },
    cancel() {
      write = closed;
      end();
    },
  }, new ByteLengthQueuingStrategy({ highWaterMark: backlogMax }));
  await (isPattern
    ? client.pSubscribe(name, (text, channel) => write(event("pmessage", name, channel, text)))
    : client.subscribe(name, (text, channel) => write(event("message", channel, text))));
  write(event(isPattern ? "psubscribe" : "subscribe", name, "1"));
  return new Response(body, {
    headers: { "content-type": "text/event-stream", "cache-control": "no-cache" },
  });
}

function closed(): void {}

// A text of several lines is several lines of one event.
function event(...words: string[]): string {
  return words.join(",").split("\n").map((line) => `data: ${line}\n`).join("") + "\n";
}
