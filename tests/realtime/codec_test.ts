/** The codec alone: what a frame's text becomes, however malformed. */
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { decodeFrame, encodeFailure, encodeResult } from "../../realtime/codec.ts";
import { fail } from "../../errors.ts";
import { errorOf, only, ping, refusal, request } from "../support/rpc.ts";
import { test } from "../support/world.ts";

function expectInvalidFrame(text: string, id: unknown = null): void {
  const { code, data, answerId } = refusal(text);
  assert.deepEqual([code, data.code, answerId], [-32_600, "invalidFrame", id], text);
  assert.ok(data.detail, "it is told what is wrong");
}

test("what is not JSON is a parse error without an id", () => {
  const wrong = [
    "",
    " ",
    "{",
    "nonsense",
    "{'id':1}",
    "[1,]",
    "\u0000",
    '"\ud800',
    "NaN",
    "undefined",
  ];
  for (const text of [...wrong, '{"jsonrpc":"2.0","id":1,"method":"ping"', "1e", "\ufeff{}"]) {
    const { code, data, answerId } = refusal(text);
    assert.deepEqual([code, data.code, answerId], [-32_700, "invalidFrame", null], text);
  }
});

test("JSON that is no object is an invalid request without an id", () => {
  for (const text of ["null", "true", "1", '"ping"', "1e400", "-0", "[[]]", "[null]", "[[[]]]"]) {
    expectInvalidFrame(text);
  }
});

test("another jsonrpc than 2.0 is refused with the request's id", () => {
  for (const jsonrpc of ["1.0", "2", 2, null, true, {}, []]) {
    expectInvalidFrame(JSON.stringify({ jsonrpc, id: 7, method: "ping" }), 7);
  }
  expectInvalidFrame(JSON.stringify({ id: 7, method: "ping" }), 7);
});

test("an id that is missing or could not be answered is refused, with the id null", () => {
  for (const id of [null, true, false, {}, [], { a: 1 }, "x".repeat(129)]) {
    expectInvalidFrame(JSON.stringify({ ...ping, id }));
  }
  expectInvalidFrame(JSON.stringify({ ...ping, id: undefined }));
  for (const id of ["1e400", "-1e400", "9007199254740993", "1e17"]) {
    expectInvalidFrame(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`);
  }
});

test("every id that text or a number can be comes back as it was", () => {
  const ids = [0, -1, 1.5, 2 ** 53 - 1, "", "0", "x".repeat(128), "é\u0000\ud800", "null", "😀"];
  for (const id of ids) {
    const decoded = only(JSON.stringify({ ...ping, id }));
    assert.equal(decoded.kind === "request" && decoded.request.id, id);
    assert.equal(JSON.parse(encodeResult(id, {})).id, id);
  }
});

test("a method that is no text is an invalid request", () => {
  for (const method of [undefined, null, 1, {}, [], ["ping"]]) {
    expectInvalidFrame(JSON.stringify({ ...ping, method }), 1);
  }
});

test("an unknown method is refused by its name, those that every object has too", () => {
  const inherited = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"];
  const names = ["", "Ping", "ping ", "rpc.discover", "message.delete", "session.ready", "changes"];
  for (const method of [...inherited, ...names, "x".repeat(60_000), "\ud800"]) {
    const text = JSON.stringify({ ...ping, method });
    const { code, data, answerId } = refusal(text);
    assert.deepEqual([code, data.code, answerId], [-32_601, "unknownMethod", 1], method);
    assert.ok(errorOf(text).message.length < 200, "a long name is not repeated in full");
  }
});

test("a pong is a notification; with an id it is an unknown method", () => {
  assert.equal(only('{"jsonrpc":"2.0","method":"pong"}').kind, "pong");
  assert.equal(only('{"jsonrpc":"2.0","method":"pong","params":{}}').kind, "pong");
  assert.equal(refusal(JSON.stringify({ ...ping, method: "pong" })).data.code, "unknownMethod");
});

test("answers that a client sends are invalid requests", () => {
  expectInvalidFrame('{"jsonrpc":"2.0","id":1,"result":{}}', 1);
  expectInvalidFrame('{"jsonrpc":"2.0","id":null,"error":{"code":-1,"message":"no"}}');
});

test("params of another type than an object are invalid input", () => {
  for (const params of [[], [{}], "x", 1, true]) {
    const { code, data, answerId } = refusal(JSON.stringify({ ...ping, params }));
    assert.deepEqual([code, data.code, answerId], [-32_602, "invalidInput", 1]);
  }
});

test("params may be left out where nothing is needed", () => {
  assert.equal(only(JSON.stringify(ping)).kind, "request");
});

test("an unknown field is refused by its path", () => {
  const { data } = refusal(request("ping", { now: true }));
  assert.deepEqual(data.errors, [{ path: "now", message: "Unknown field" }]);
});

test("a field that is called __proto__ is unknown too, and changes no prototype", () => {
  const text = '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"__proto__":{"polluted":1}}}';
  assert.equal(refusal(text).data.code, "invalidInput");
  assert.equal("polluted" in {}, false);
});

test("nothing of an object's inheritance stands in for a missing field", () => {
  const text = '{"__proto__":{"jsonrpc":"2.0","id":1,"method":"ping"}}';
  expectInvalidFrame(text);
});

test("an empty batch and one of more than the most are one invalid request", () => {
  expectInvalidFrame("[]");
  expectInvalidFrame(JSON.stringify(Array(101).fill(ping)));
  const decoded = decodeFrame(JSON.stringify(Array(100).fill(ping)), 100);
  assert.equal(decoded.length, 100);
  assert.ok(decoded.every(({ kind }) => kind === "request"));
});

test("each message of a batch is taken by itself", () => {
  const batch = [ping, 1, { ...ping, id: 2, method: "no" }, { method: "pong" }, [], ping];
  const kinds = decodeFrame(JSON.stringify(batch), 100).map(({ kind }) => kind);
  assert.deepEqual(kinds, ["request", "refused", "refused", "pong", "refused", "request"]);
});

test("65,000 levels of nesting are refused like anything else", () => {
  const deep = (open: string, close: string) => open.repeat(32_000) + close.repeat(32_000);
  assert.equal(refusal(deep("[", "]")).code, -32_600);
  assert.equal(refusal("[".repeat(65_000)).code, -32_700);
  const params = `{"jsonrpc":"2.0","id":1,"method":"ping","params":${deep("[", "]")}}`;
  assert.equal(refusal(params).code, -32_602);
  const nested = `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":${deep("[", "]")}}}`;
  assert.equal(refusal(nested).code, -32_602);
});

test("a frame full of faults is not answered by one many times its size", () => {
  const mentions = `[${Array(30_000).fill("1").join(",")}]`;
  const faulty = `{"jsonrpc":"2.0","id":1,"method":"message.send","params":{"kind":"text",` +
    `"mentions":${mentions}}}`;
  const unknown = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`f${i}`, 1]));
  for (const text of [faulty, request("ping", unknown)]) {
    const { data } = refusal(text);
    assert.ok(data.errors!.length > 0 && data.errors!.length <= 100);
    assert.ok(JSON.stringify(data).length < 65_536);
  }
});

test("a repeated key counts as its last", () => {
  const decoded = only('{"jsonrpc":"2.0","id":1,"id":2,"method":"x","method":"ping"}');
  assert.equal(decoded.kind === "request" && decoded.request.id, 2);
});

test("an answer tells the problem, and of a fault of ours only the request's id", () => {
  const refused = JSON.parse(encodeFailure(3, fail("rateLimited", { retryAfterMs: 1.2 })));
  assert.equal(refused.error.code, -32_000);
  assert.deepEqual([refused.error.data.code, refused.error.data.retryAfterMs], ["rateLimited", 2]);
  const internal = JSON.parse(
    encodeFailure(4, fail("internal", { detail: "secret" }), { requestId: "r" }),
  );
  assert.equal(internal.error.data.requestId, "r");
  assert.ok(!JSON.stringify(internal).includes("secret"));
});

test("whatever comes, each message has one outcome, and every refusal is a proper answer", () => {
  const id = fc.oneof(fc.string(), fc.integer(), fc.double(), fc.constant(null), fc.json());
  const method = fc.oneof(
    fc.string(),
    fc.constantFrom("ping", "message.send", "pong"),
    fc.integer(),
  );
  const envelope = fc.record(
    { jsonrpc: fc.constantFrom("2.0", "1.0"), id, method, params: fc.jsonValue() },
    { requiredKeys: [] },
  );
  const message = fc.oneof(envelope, fc.jsonValue());
  fc.assert(
    fc.property(fc.oneof(message, fc.array(message)), fc.string(), (frame, garbage) => {
      const expected = Array.isArray(frame) ? Math.max(frame.length, 1) : 1;
      const decoded = decodeFrame(JSON.stringify(frame), 100);
      assert.equal(decoded.length, frame instanceof Array && frame.length > 100 ? 1 : expected);
      for (const one of [...decoded, ...decodeFrame(garbage, 100)]) {
        if (one.kind !== "refused") continue;
        const { jsonrpc, id, error, ...rest } = JSON.parse(one.answer);
        assert.deepEqual([jsonrpc, rest], ["2.0", {}]);
        assert.ok(id === null || typeof id === "string" || typeof id === "number");
        assert.ok([-32_700, -32_600, -32_601, -32_602].includes(error.code));
        assert.equal(typeof error.data.code, "string");
      }
    }),
    { numRuns: 1_000 },
  );
});
