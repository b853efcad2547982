/** The widget's parts that need no browser: colours, hours, what stands together, whom a token names. */
import { strict as assert } from "node:assert";
import type { Message } from "../../client/mod.ts";
import { groupsOf, isShown } from "../../web/frame/groups.ts";
import { type Hours, linesOf } from "../../web/frame/hours.ts";
import { subjectIn } from "../../web/frame/subject.ts";
import { contrastOf, inkOn, isHex, readableOn } from "../../web/ui/contrast.ts";
import { identityOf } from "../support/inboxes.ts";

const steps = ["00", "33", "66", "99", "cc", "ff"];
const colours = steps.flatMap((red) =>
  steps.flatMap((green) => steps.map((blue) => `#${red}${green}${blue}`))
);

Deno.test("on every colour the ink that is chosen can be read", () => {
  for (const colour of colours) {
    // Where neither reaches it, nothing would: 4.4 is what the curve's shortcut costs.
    assert.ok(contrastOf(inkOn(colour), colour) >= 4.4, colour);
  }
});

Deno.test("every colour is changed until it can be read on light and on dark, and no further", () => {
  for (const ground of ["#ffffff", "#1b1f26"]) {
    for (const colour of colours) {
      const readable = readableOn(ground, colour);
      assert.ok(isHex(readable), readable);
      assert.ok(contrastOf(readable, ground) >= 4.5, `${colour} on ${ground}: ${readable}`);
      if (contrastOf(colour, ground) >= 4.5) assert.equal(readable, colour);
    }
  }
});

Deno.test("what is no colour is none, whatever else CSS knows", () => {
  for (const text of ["red", "#fff", "#12345", "#1234567", "#12345g", "url(x)", "", undefined]) {
    assert.ok(!isHex(text), String(text));
  }
  assert.ok(isHex("#00fF7a"));
});

const office: Hours = {
  timeZone: "Europe/Berlin",
  days: [
    { day: 2, from: "13:00", to: "17:30" },
    { day: 1, from: "09:00", to: "12:00" },
    { day: 1, from: "13:00", to: "17:30" },
    { day: 2, from: "09:00", to: "12:00" },
    { day: 4, from: "09:00", to: "24:00" },
    { day: 0, from: "10:00", to: "11:00" },
  ],
};

Deno.test("days with the same hours stand together, a week from Monday on", () => {
  assert.deepEqual(linesOf(office, "de").map(({ days, times }) => `${days} ${times}`), [
    "Mo – Di 9:00 – 12:00\n13:00 – 17:30",
    "Do 9:00 – 0:00",
    "So 10:00 – 11:00",
  ]);
  assert.deepEqual(linesOf({ ...office, days: [] }, "en"), []);
});

const ana = "01900000-0000-7000-8000-000000000001";
const visitor = "01900000-0000-7000-8000-000000000002";
let lastSeq = 0;

function said(from: string | null, at: string, more: Partial<Message> = {}): Message {
  const seq = ++lastSeq;
  return { seq, rev: seq, from, clientId: null, at, kind: "text", body: { text: "" }, ...more };
}

function system(event: string, ...userIds: string[]): Message {
  return said(null, "2026-03-02T10:00:00.000Z", { kind: "system", body: { event, userIds } });
}

Deno.test("messages of one person stand together until somebody else writes, or time goes by", () => {
  const groups = groupsOf([
    said(ana, "2026-03-02T10:00:00.000Z"),
    said(ana, "2026-03-02T10:01:00.000Z"),
    said(visitor, "2026-03-02T10:01:30.000Z"),
    said(visitor, "2026-03-02T10:30:00.000Z"),
    said(visitor, "2026-03-04T10:31:00.000Z"),
  ], visitor);
  assert.deepEqual(groups.map(({ from, messages }) => [from, messages.length]), [
    [ana, 2],
    [visitor, 1],
    [visitor, 1],
    [visitor, 1],
  ]);
  assert.deepEqual(groups.map(({ day }) => day !== null), [true, false, false, true]);
});

Deno.test("a visitor is told which agents come and go, and nothing else of the house", () => {
  assert.ok(isShown(system("joined", ana), visitor));
  assert.ok(isShown(system("left", ana), visitor));
  assert.ok(!isShown(system("joined", visitor), visitor));
  assert.ok(!isShown(system("created"), visitor));
  assert.ok(!isShown(system("muted", ana), visitor));
  assert.ok(isShown(said(ana, "2026-03-02T10:00:00.000Z"), visitor));
});

Deno.test("a token names its subject, in every script; what is none fails by code", () => {
  assert.equal(subjectIn(identityOf("kundin-ß-王")), "kundin-ß-王");
  const withClaims = (claims: unknown) => `e30.${btoa(JSON.stringify(claims))}.sig`;
  for (
    const text of [
      "",
      "a",
      "a.b",
      "a.!.c",
      withClaims(null),
      withClaims({}),
      withClaims({ sub: 7 }),
    ]
  ) {
    assert.throws(() => subjectIn(text), { code: "tokenInvalid" }, text);
  }
});
