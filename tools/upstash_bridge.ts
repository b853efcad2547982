/**
 * Redis over HTTP for those who host Redis themselves: `deno task upstash-bridge [--port=8079]
 * [--host=127.0.0.1] [--redis=redis://127.0.0.1:6379]`. The token comes from the environment as
 * `UPSTASH_REDIS_REST_TOKEN`; without one it does not start. Put TLS in front of it.
 */
import { UpstashBridge } from "./upstash_bridge/bridge.ts";

const tokenLengthMin = 16;
const reachWithinMs = 5_000;

function flag(name: string, otherwise: string): string {
  const word = Deno.args.find((word) => word.startsWith(`--${name}=`));
  return word?.slice(name.length + 3) ?? otherwise;
}

function refuse(reason: string): never {
  Deno.stderr.writeSync(new TextEncoder().encode(`${reason}\n`));
  Deno.exit(78);
}

const token = Deno.env.get("UPSTASH_REDIS_REST_TOKEN") ?? "";
if (token.length < tokenLengthMin) {
  refuse(`UPSTASH_REDIS_REST_TOKEN: expected at least ${tokenLengthMin} characters`);
}
const redisUrl = flag("redis", Deno.env.get("REDIS_URL") ?? "redis://127.0.0.1:6379");
if (!/^rediss?:\/\//.test(redisUrl)) refuse("--redis: expected redis:// or rediss://");
const port = Number(flag("port", "8079"));
if (!Number.isInteger(port)) refuse("--port: expected a number");

const bridge = new UpstashBridge({ redisUrl, token });
// A Redis that is away does not keep it from starting: requests are told so until it is back.
await bridge.reached(reachWithinMs);
const onListen = (address: Deno.NetAddr) =>
  Deno.stdout.writeSync(new TextEncoder().encode(`listening on port ${address.port}\n`));
Deno.serve({ port, hostname: flag("host", "127.0.0.1"), onListen }, (request) => {
  return bridge.fetch(request);
});
