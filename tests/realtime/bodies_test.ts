/** What a message may be, kind by kind: each wrong field is named by its path. */
import { strict as assert } from "node:assert";
import { methods } from "../../schemas/frames.ts";
import { faultsOf, request } from "../support/rpc.ts";
import { test } from "../support/world.ts";

const conversationId = "0190b3a0-0000-7000-8000-000000000000";

function faults(kind: string, body: unknown, more: object = {}): string[] {
  return faultsOf(request("message.send", { conversationId, clientId: "c", kind, body, ...more }));
}

const faultsWith = (more: object) => faults("text", { text: "x" }, more);

test("a text holds 1 to 10,000 characters, counted as code points", () => {
  assert.deepEqual(faults("text", { text: "" }), ["body.text"]);
  assert.deepEqual(faults("text", { text: "x" }), []);
  for (const character of ["x", "é", "漢", "😀"]) {
    assert.deepEqual(faults("text", { text: character.repeat(10_000) }), [], character);
    assert.deepEqual(faults("text", { text: character.repeat(10_001) }), ["body.text"], character);
  }
});

test("a text is normalised to NFC before it is counted and stored", () => {
  const decomposed = "e\u0301";
  assert.deepEqual(faults("text", { text: decomposed.repeat(10_000) }), []);
  assert.deepEqual(faults("text", { text: decomposed.repeat(10_001) }), ["body.text"]);
  const params = { conversationId, clientId: "c", kind: "text", body: { text: decomposed } };
  const parsed = methods["message.send"].params.parse(params);
  assert.deepEqual(parsed.body, { text: "\u00e9" });
});

test("a text may hold no NUL and no half of a surrogate pair", () => {
  for (const text of ["\u0000", "a\u0000b", "\ud800", "\udc00", "a\ud83d", "\ude00\ud83d"]) {
    assert.deepEqual(faults("text", { text }), ["body.text"], JSON.stringify(text));
  }
});

test("a body of the wrong shape is refused by the path of what is wrong", () => {
  for (const body of [undefined, null, "x", 1, []]) {
    assert.deepEqual(faults("text", body), ["body"]);
  }
  assert.deepEqual(faults("text", {}), ["body.text"]);
  for (const text of [1, null, {}, ["x"], true]) {
    assert.deepEqual(faults("text", { text }), ["body.text"]);
  }
  assert.deepEqual(faults("text", { text: "x", html: "<b>" }), ["body.html"]);
});

test("only kinds that a client may send are taken", () => {
  for (const kind of ["system", "merged", "poll", "", "__proto__", "constructor", null, 1, {}]) {
    assert.deepEqual(faults(kind as string, { text: "x" }), ["kind"], JSON.stringify(kind));
  }
  assert.deepEqual(faults("location", { text: "x" }), [
    "body.latitude",
    "body.longitude",
    "body.text",
  ]);
});

test("a location lies on the globe", () => {
  const at = (latitude: unknown, longitude: unknown) => faults("location", { latitude, longitude });
  for (const edge of [[90, 180], [-90, -180], [0, 0], [47.3769, 8.5417]]) {
    assert.deepEqual(at(edge[0], edge[1]), []);
  }
  for (const latitude of [90.000001, -91, "47", null, true]) {
    assert.deepEqual(at(latitude, 0), ["body.latitude"]);
  }
  for (const longitude of [180.5, -181, "8", [8], undefined]) {
    assert.deepEqual(at(0, longitude), ["body.longitude"]);
  }
  const huge = request("message.send", {
    conversationId,
    clientId: "c",
    kind: "location",
    body: { latitude: 0, longitude: "N" },
  }).replace('"N"', "1e400");
  assert.deepEqual(faultsOf(huge), ["body.longitude"]);
  assert.deepEqual(faults("location", { latitude: 0, longitude: 0, title: "" }), ["body.title"]);
});

test("a card's addresses are https and at most 2,048 characters", () => {
  const card = (more: object) => faults("card", { title: "T", ...more });
  const address = "https://example.org/";
  assert.deepEqual(card({ text: "x", url: address, imageUrl: address }), []);
  const wrong = ["http://example.org", "javascript:alert(1)", "//example.org", "example.org", ""];
  for (const url of [...wrong, "data:text/html,x", "https://", "\u0000", 1, null]) {
    assert.deepEqual(card({ url }), ["body.url"], JSON.stringify(url));
    assert.deepEqual(card({ imageUrl: url }), ["body.imageUrl"], JSON.stringify(url));
  }
  assert.deepEqual(card({ url: address + "x".repeat(2_048 - address.length) }), []);
  assert.deepEqual(card({ url: address + "x".repeat(2_049 - address.length) }), ["body.url"]);
  assert.deepEqual(faults("card", {}), ["body.title"]);
  assert.deepEqual(card({ title: "" }), ["body.title"]);
});

test("custom content is any JSON of at most 8 KiB in UTF-8", () => {
  const custom = (content: unknown) => faults("custom", { type: "poll", data: content });
  for (const content of [null, false, 0, "", [], {}, { a: [1, "é", null] }]) {
    assert.deepEqual(custom(content), [], JSON.stringify(content));
  }
  assert.deepEqual(custom(undefined), ["body.data"]);
  assert.deepEqual(custom("x".repeat(8_190)), []);
  assert.deepEqual(custom("x".repeat(8_191)), ["body.data"]);
  // Three bytes each: well under the limit in characters.
  assert.deepEqual(custom("漢".repeat(2_730)), []);
  assert.deepEqual(custom("漢".repeat(2_731)), ["body.data"]);
  assert.deepEqual(faults("custom", { type: "", data: 1 }), ["body.type"]);
  assert.deepEqual(faults("custom", { type: "x".repeat(65), data: 1 }), ["body.type"]);
});

test("custom content holds nothing that could not be stored, keys included", () => {
  const custom = (content: unknown) => faults("custom", { type: "poll", data: content });
  const bad = ["\u0000", "\ud800"];
  for (const text of bad) {
    for (const content of [text, [text], { a: { b: [text] } }, { [text]: 1 }, [{ [text]: {} }]]) {
      assert.deepEqual(custom(content), ["body.data"], JSON.stringify(content));
    }
  }
  const infinite = request("message.send", {
    conversationId,
    clientId: "c",
    kind: "custom",
    body: { type: "t", data: { n: "N" } },
  }).replace('"N"', "-1e400");
  assert.deepEqual(faultsOf(infinite), ["body.data"]);
});

test("custom content is at most 32 levels deep", () => {
  const deep = (levels: number) => JSON.parse("[".repeat(levels) + "]".repeat(levels));
  const custom = (content: unknown) => faults("custom", { type: "poll", data: content });
  assert.deepEqual(custom(deep(32)), []);
  assert.deepEqual(custom(deep(34)), ["body.data"]);
  assert.deepEqual(custom(deep(10_000)), ["body.data"]);
});

test("a clientId is 1 to 64 of A-Z a-z 0-9 _ -", () => {
  for (const clientId of ["a", "A-Z_0-9", "-", "x".repeat(64), crypto.randomUUID()]) {
    assert.deepEqual(faultsWith({ clientId }), []);
  }
  const wrong = ["", "x".repeat(65), "a b", "é", "a\n", "\na", "a.b", "a\u0000", 1, null, {}];
  for (const clientId of [...wrong, undefined]) {
    assert.deepEqual(faultsWith({ clientId }), ["clientId"], JSON.stringify(clientId));
  }
});

test("mentions are ids or all, at most 100 of them", () => {
  const id = (n: number) => `0190b3a0-0000-7000-8000-${String(n).padStart(12, "0")}`;
  const many = (count: number) => Array.from({ length: count }, (_, i) => id(i));
  for (const mentions of [[], [id(1)], ["all"], [id(1), "all"], many(100)]) {
    assert.deepEqual(faultsWith({ mentions }), []);
  }
  assert.deepEqual(faultsWith({ mentions: many(101) }), ["mentions"]);
  for (const mentions of ["all", null, {}]) {
    assert.deepEqual(faultsWith({ mentions }), ["mentions"]);
  }
  for (const one of ["ALL", "everyone", 1, null, id(1).toUpperCase().replace("0190", "0ABC")]) {
    assert.deepEqual(faultsWith({ mentions: [id(1), one] }), ["mentions.1"], String(one));
  }
});

test("replyTo is a message's number", () => {
  assert.deepEqual(faultsWith({ replyTo: 1 }), []);
  for (const replyTo of [0, -1, 1.5, "1", null, 2 ** 53, {}, true]) {
    assert.deepEqual(faultsWith({ replyTo }), ["replyTo"], String(replyTo));
  }
});

test("a conversation is named by a lowercase UUID", () => {
  const wrong = ["", "1", conversationId.toUpperCase(), ` ${conversationId}`, null, 1, undefined];
  for (const id of [...wrong, `${conversationId}\n`, "../" + conversationId]) {
    assert.deepEqual(faultsWith({ conversationId: id }), ["conversationId"], String(id));
  }
});

test("fields that a client may not set are unknown", () => {
  for (const field of ["seq", "rev", "from", "at", "senderId", "editedAt"]) {
    assert.deepEqual(faultsWith({ [field]: 1 }), [field]);
  }
});

test("every other method checks its params as well", () => {
  const wrong: [string, object, string[]][] = [
    ["message.list", { conversationId, limit: 0 }, ["limit"]],
    ["message.list", { conversationId, limit: 101 }, ["limit"]],
    ["message.list", { conversationId, limit: "5" }, ["limit"]],
    ["message.list", { conversationId, beforeSeq: 0 }, ["beforeSeq"]],
    ["message.list", { conversationId, beforeSeq: 5, afterSeq: 1 }, ["afterSeq"]],
    ["message.list", { conversationId, cursor: "x" }, ["cursor"]],
    ["conversation.changes", { conversationId, afterRev: -1 }, ["afterRev"]],
    ["conversation.changes", { conversationId, afterRev: 1e300 }, ["afterRev"]],
    ["conversation.changes", {}, ["conversationId"]],
    ["conversation.list", { changedSince: 5 }, ["changedSince"]],
    ["conversation.list", { cursor: "x".repeat(513) }, ["cursor"]],
    ["conversation.read", { conversationId }, ["seq"]],
    ["conversation.read", { conversationId, seq: -1 }, ["seq"]],
    ["conversation.read", { conversationId, seq: 1.5 }, ["seq"]],
    ["conversation.typing", { conversationId }, ["typing"]],
    ["conversation.typing", { conversationId, typing: "yes" }, ["typing"]],
    ["session.refresh", {}, ["token"]],
    ["session.refresh", { token: "" }, ["token"]],
    ["session.refresh", { token: "x".repeat(4_097) }, ["token"]],
  ];
  for (const [method, params, paths] of wrong) {
    assert.deepEqual(
      faultsOf(request(method, params)),
      paths,
      `${method} ${JSON.stringify(params)}`,
    );
  }
});
