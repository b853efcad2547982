/** Opening hours: by the clocks of the inbox's place, in summer and in winter. */
import { strict as assert } from "node:assert";
import { isOpenAt } from "../../domain/inbox_hours.ts";
import type { Hours } from "../../schemas/inboxes.ts";

const at = (moment: string) => new Date(moment);
const workdays = [1, 2, 3, 4, 5].map((day) => ({ day, from: "09:00", to: "17:30" }));
const berlin: Hours = { timeZone: "Europe/Berlin", days: workdays };

Deno.test("without hours it is always open, with none of a day never on it", () => {
  assert.equal(isOpenAt(null, at("2026-01-04T03:00:00Z")), true);
  assert.equal(isOpenAt({ timeZone: "UTC", days: [] }, at("2026-01-05T12:00:00Z")), false);
  // A Sunday.
  assert.equal(isOpenAt(berlin, at("2026-01-04T12:00:00Z")), false);
});

Deno.test("a span begins with its first minute and ends before its last", () => {
  const open = (time: string) => isOpenAt(berlin, at(`2026-01-05T${time}Z`));
  assert.deepEqual(["07:59:59", "08:00:00", "16:29:59", "16:30:00"].map(open), [
    false,
    true,
    true,
    false,
  ]);
});

Deno.test("summer moves the hours, as the clocks there do", () => {
  // Clocks go forward on 29 March 2026 and back on 25 October: the Mondays after.
  assert.equal(isOpenAt(berlin, at("2026-03-27T07:30:00Z")), false);
  assert.equal(isOpenAt(berlin, at("2026-03-30T07:30:00Z")), true);
  assert.equal(isOpenAt(berlin, at("2026-10-23T07:30:00Z")), true);
  assert.equal(isOpenAt(berlin, at("2026-10-26T07:30:00Z")), false);
});

Deno.test("an hour that comes twice is open twice, and one that is left out never", () => {
  const night: Hours = {
    timeZone: "Europe/Berlin",
    days: [{ day: 0, from: "02:00", to: "03:00" }],
  };
  const october = ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"];
  assert.deepEqual(october.map((moment) => isOpenAt(night, at(moment))), [true, true, false]);
  const march = ["2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z"];
  assert.deepEqual(march.map((moment) => isOpenAt(night, at(moment))), [false, false]);
});

Deno.test("the day is the place's, not the server's", () => {
  const mondays = (timeZone: string): Hours => ({
    timeZone,
    days: [{ day: 1, from: "00:00", to: "24:00" }],
  });
  // Sunday evening in UTC.
  const moment = at("2026-01-04T20:00:00Z");
  assert.equal(isOpenAt(mondays("Asia/Shanghai"), moment), true);
  assert.equal(isOpenAt(mondays("Pacific/Kiritimati"), moment), true);
  assert.equal(isOpenAt(mondays("America/Los_Angeles"), moment), false);
  // A quarter of an hour makes a difference in Kathmandu (UTC+05:45).
  const nepal = mondays("Asia/Kathmandu");
  assert.equal(isOpenAt(nepal, at("2026-01-04T18:14:59Z")), false);
  assert.equal(isOpenAt(nepal, at("2026-01-04T18:15:00Z")), true);
});

Deno.test("a day that goes on to midnight is open in its last minute, and the next day is another", () => {
  const late: Hours = { timeZone: "UTC", days: [{ day: 6, from: "22:00", to: "24:00" }] };
  assert.equal(isOpenAt(late, at("2026-01-03T23:59:59Z")), true);
  assert.equal(isOpenAt(late, at("2026-01-04T00:00:00Z")), false);
});
