/** Settings of the bus and the store: addresses, secrets, and what does not go together. */
import { strict as assert } from "node:assert";
import { ConfigError, loadConfig } from "../config.ts";

const BUS_SECRET = "0123456789abcdef";

function targetOf(url: string) {
  return loadConfig({ REDIS_URL: url, BUS_SECRET }).redisUrl;
}

function refusal(settings: Record<string, string>): string {
  try {
    loadConfig(settings);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message;
  }
  throw new Error("The settings were taken");
}

Deno.test("REDIS_URL names one server or nodes of a cluster, and how one gets in", () => {
  const plain = { tls: false, username: null, password: null, database: 0 };
  assert.deepEqual(targetOf("redis://cache"), {
    ...plain,
    addresses: [{ host: "cache", port: 6_379 }],
  });
  assert.deepEqual(targetOf("redis://a:1,redis://b:2, redis://[::1]:3"), {
    ...plain,
    addresses: [{ host: "a", port: 1 }, { host: "b", port: 2 }, { host: "::1", port: 3 }],
  });
  assert.deepEqual(targetOf("rediss://me:p%40ss@cache:1/2"), {
    addresses: [{ host: "cache", port: 1 }],
    tls: true,
    username: "me",
    password: "p@ss",
    database: 2,
  });
});

Deno.test("a malformed REDIS_URL is refused without its password in the message", () => {
  for (
    const url of [
      "cache:6379",
      "http://cache",
      "redis://me:hidden@cache,rediss://me:hidden@b",
      "redis://me:hidden@cache,redis://b",
      "redis://me:hidden@cache/name",
    ]
  ) {
    const message = refusal({ REDIS_URL: url, BUS_SECRET });
    assert.match(message, /^REDIS_URL: expected/);
    assert.doesNotMatch(message, /hidden/);
  }
});

Deno.test("a shared service takes a secret of 16 characters, and there is no other by default", () => {
  const upstash = { UPSTASH_REDIS_REST_URL: "https://x.example", UPSTASH_REDIS_REST_TOKEN: "t" };
  for (const service of [{ REDIS_URL: "redis://cache" }, upstash]) {
    assert.match(refusal(service), /^BUS_SECRET: required/);
    assert.match(refusal({ ...service, BUS_SECRET: "too short" }), /^BUS_SECRET: expected/);
    assert.equal(loadConfig({ ...service, BUS_SECRET }).busSecret, BUS_SECRET);
  }
  assert.equal(loadConfig({}).busSecret, null);
});

Deno.test("one service is shared, not two, and with all that it takes", () => {
  const url = { UPSTASH_REDIS_REST_URL: "https://x.example" };
  const token = { UPSTASH_REDIS_REST_TOKEN: "t" };
  const both = { ...url, ...token, REDIS_URL: "redis://cache", BUS_SECRET };
  assert.match(refusal(both), /^REDIS_URL: not beside/);
  assert.match(refusal({ ...url, BUS_SECRET }), /^UPSTASH_REDIS_REST_TOKEN: required/);
  assert.match(refusal({ ...token }), /^UPSTASH_REDIS_REST_URL: required/);
});

Deno.test("REDIS_TLS_CA takes certificates on several lines or on one", () => {
  const pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  assert.equal(loadConfig({ REDIS_TLS_CA: pem }).redisTlsCa, pem);
  assert.equal(loadConfig({ REDIS_TLS_CA: pem.replaceAll("\n", "\\n") }).redisTlsCa, pem);
  assert.match(refusal({ REDIS_TLS_CA: "/etc/ca.pem" }), /^REDIS_TLS_CA: expected/);
});
