/** What agents and admins write: hours of an inbox, origins of sites, what replies are searched by. */
import { strict as assert } from "node:assert";
import type { CannedReply } from "../../schemas/inboxes.ts";
import { Hours, WebOrigin } from "../../schemas/inboxes.ts";
import { toHours, toSpans, usual, weekdayName } from "../../web/app/support/inboxes/hours.ts";
import { originsIn, strayOrigin } from "../../web/app/support/inboxes/origins.ts";
import { matchingReplies } from "../../web/app/support/replies/replies.ts";

Deno.test("hours are shown as they were saved, and a day may end at midnight", () => {
  const days = [{ day: 1, from: "09:00", to: "12:00" }, { day: 1, from: "20:00", to: "24:00" }];
  const spans = toSpans({ timeZone: "Europe/Berlin", days });
  assert.deepEqual(spans.map(({ to }) => to), ["12:00", "00:00"]);
  assert.deepEqual(toHours("Europe/Berlin", spans), { timeZone: "Europe/Berlin", days });
  assert.ok(Hours.safeParse(toHours("UTC", usual)).success);
});

Deno.test("hours that end before they begin, or have no beginning, are told of", () => {
  assert.equal(toHours("UTC", [{ day: 1, from: "17:00", to: "09:00" }]), null);
  assert.equal(toHours("UTC", [{ day: 1, from: "", to: "09:00" }]), null);
});

Deno.test("weekdays have their names, the first being Sunday", () => {
  assert.equal(weekdayName(0, "en"), "Sunday");
  assert.equal(weekdayName(3, "zh-CN"), "星期三");
});

Deno.test("an address becomes its origin; what the server would not take is named", () => {
  const origins = originsIn(
    " https://Shop.example/cart?a=1\n\nhttps://shop.example\nhttp://localhost:3000 ",
  );
  assert.deepEqual(origins, ["https://shop.example", "http://localhost:3000"]);
  assert.ok(origins.every((origin) => WebOrigin.safeParse(origin).success));
  assert.equal(strayOrigin(origins), undefined);
  assert.equal(strayOrigin(originsIn("shop.example")), "shop.example");
  assert.equal(strayOrigin(originsIn("http://shop.example")), "http://shop.example");
  assert.equal(strayOrigin(originsIn("javascript:alert(1)")), "javascript:alert(1)");
});

Deno.test("replies with the words in their title come first", () => {
  const reply = (title: string, text: string) => ({ title, text }) as CannedReply;
  const replies = [reply("Greeting", "A refund?"), reply("Refund", "On its way"), reply("Bye", "")];
  assert.deepEqual(
    matchingReplies(replies, " refund ").map(({ title }) => title),
    ["Refund", "Greeting"],
  );
  assert.equal(matchingReplies(replies, "").length, 3);
});
