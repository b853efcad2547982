/** Presence on one instance: who watches is told once of what changes, and nobody else is. */
import { strict as assert } from "node:assert";
import { refusalOf } from "../support/chat.ts";
import {
  graceMs,
  isGone,
  isSeen,
  onDevice,
  Presences,
  toldOf,
  wantsToBe,
  watch,
  wordOf,
} from "../support/presence.ts";
import { openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const presences = new Presences(world);
const server = await presences.instance();

async function friends(): Promise<[Person, Person]> {
  const [ana, bo] = [await server.person("ana"), await server.person("bo")];
  await server.befriend(ana, bo);
  return [ana, bo];
}

const nowIso = () => world.clock.now().getTime();
const isRecent = (time: string | null) => Math.abs(nowIso() - Date.parse(time!)) < 5_000;

test("who watches is answered how they are, and told when they come", async () => {
  const [ana, bo] = await friends();
  const watcher = await ana.connect();
  assert.deepEqual(await watch(watcher, bo), [
    { userId: bo.id, online: false, lastSeenAt: null, platforms: [] },
  ]);
  const live = await (await onDevice(bo, "web")).connect();
  const { lastSeenAt, ...rest } = await wordOf(watcher, bo);
  assert.deepEqual(rest, { userId: bo.id, online: true, platforms: ["web"] });
  assert.ok(isRecent(lastSeenAt));
  const again = await isSeen(watcher, bo);
  assert.deepEqual([again.online, again.platforms], [true, ["web"]]);
  assert.deepEqual(toldOf(live, ana), [], "who does not watch is told nothing");
});

test("several devices are one presence with all their platforms", async () => {
  const [ana, bo] = await friends();
  const watcher = await ana.connect();
  await watch(watcher, bo);
  const [phone, page] = [await onDevice(bo, "ios"), await onDevice(bo, "web")];
  const first = await page.connect();
  assert.deepEqual((await wordOf(watcher, bo)).platforms, ["web"]);
  await phone.connect();
  assert.deepEqual((await wordOf(watcher, bo)).platforms, ["web", "ios"]);
  const tab = await page.connect();
  await first.close();
  await presences.passMs(2 * graceMs);
  await watcher.call("ping");
  assert.deepEqual(toldOf(watcher, bo), [true, true], "a second tab is no news, nor its end");
  await tab.close();
  await presences.passMs(2 * graceMs);
  assert.deepEqual((await wordOf(watcher, bo)).platforms, ["ios"]);
});

test("a reload is no news; who stays away is offline since the connection was lost", async () => {
  const [ana, bo] = await friends();
  const watcher = await ana.connect();
  const live = await bo.connect();
  assert.equal((await watch(watcher, bo))[0]!.online, true);
  await live.close();
  await isGone(server, bo);
  await presences.passMs(graceMs - 2_000);
  const back = await bo.connect();
  await presences.passMs(2 * graceMs);
  await watcher.call("ping");
  assert.deepEqual(toldOf(watcher, bo), []);
  await back.close();
  await isGone(server, bo);
  const leftAt = nowIso();
  await presences.passMs(graceMs + 1_000);
  const word = await wordOf(watcher, bo);
  assert.deepEqual([word.online, word.platforms], [false, []]);
  assert.ok(Math.abs(Date.parse(word.lastSeenAt!) - leftAt) < 3_000, "not when the grace ended");
  assert.deepEqual(await isSeen(watcher, bo), word);
  assert.deepEqual(server.patter.hub.presence.sizes.leaving, 0);
});

test("who logs out is offline at once, also when the connection was lost a moment before", async () => {
  const [ana, bo] = await friends();
  const watcher = await ana.connect();
  const device = await bo.again();
  await device.connect();
  await watch(watcher, bo);
  await device.do("POST", "/v1/auth/logout");
  assert.equal((await wordOf(watcher, bo)).online, false);

  const other = await bo.again();
  const live = await other.connect();
  assert.equal((await wordOf(watcher, bo)).online, true);
  await live.close();
  await isGone(server, bo);
  await other.do("POST", "/v1/auth/logout");
  assert.equal((await wordOf(watcher, bo)).online, false);
});

test("who turns invisible looks as if they had gone, on all devices and when they come back", async () => {
  const [ana, bo] = await friends();
  const watcher = await ana.connect();
  const [one, other] = [await bo.connect(), await (await onDevice(bo, "web")).connect()];
  await watch(watcher, bo);
  await wantsToBe(one, "invisible");
  const word = await wordOf(watcher, bo);
  assert.deepEqual([word.online, word.platforms], [false, []]);
  await presences.passMs(60_000);
  await other.close();
  await one.close();
  await presences.passMs(60_000);
  const back = await bo.connect();
  await presences.passMs(10_000);
  assert.deepEqual(await isSeen(watcher, bo), word, "last seen stands still");
  assert.deepEqual(toldOf(watcher, bo), [false]);
  const { items } = await ana.do<{ items: { online: boolean }[] }>("GET", "/v1/friends");
  assert.equal(items[0]!.online, false);
  assert.equal((await isSeen(back, bo)).online, false, "oneself is shown what others see");
  await wantsToBe(back, "online");
  assert.equal((await wordOf(watcher, bo)).online, true);
});

test("who is away is online, last seen when they went away", async () => {
  const [ana, bo] = await friends();
  const [watcher, live] = [await ana.connect(), await bo.connect()];
  await watch(watcher, bo);
  await wantsToBe(live, "away");
  const word = await wordOf(watcher, bo);
  assert.equal(word.online, true);
  await presences.passMs(60_000);
  assert.deepEqual(await isSeen(watcher, bo), word);
  await wantsToBe(live, "away");
  await wantsToBe(live, "online");
  const back = await wordOf(watcher, bo);
  assert.equal(back.online, true);
  assert.ok(isRecent(back.lastSeenAt));
});

test("strangers and those who do not exist are always offline, and nothing is told of them", async () => {
  const [ana, bo] = [await server.person("ana"), await server.person("bo")];
  const nobody = { id: crypto.randomUUID() };
  const watcher = await ana.connect();
  const live = await bo.connect();
  const hidden = { online: false, lastSeenAt: null, platforms: [] };
  const expected = [{ userId: bo.id, ...hidden }, { userId: nobody.id, ...hidden }];
  assert.deepEqual(await watch(watcher, bo, nobody), expected);
  await wantsToBe(live, "away");
  await live.close();
  await presences.passMs(2 * graceMs);
  await bo.connect();
  await presences.passMs(60_000);
  assert.deepEqual(await watch(watcher, bo, nobody), expected);
  assert.deepEqual(watcher.all("presence"), []);
});

test("200 may be watched and no more; who is watched no more makes room, and is not told of", async () => {
  const [ana, bo] = await friends();
  const [watcher, live] = [await ana.connect(), await bo.connect()];
  const ids = Array.from({ length: 199 }, () => crypto.randomUUID());
  await watch(watcher, bo, bo);
  await watcher.call("presence.watch", { userIds: ids });
  await watcher.call("presence.watch", { userIds: [bo.id, ids[0]!] });
  const more = { userIds: [crypto.randomUUID()] };
  assert.equal(await refusalOf(watcher.call("presence.watch", more)), "invalidInput");
  const tooMany = { userIds: Array.from({ length: 201 }, () => crypto.randomUUID()) };
  assert.equal(await refusalOf(watcher.call("presence.watch", tooMany)), "invalidInput");
  assert.equal(server.patter.hub.sizes.watched >= 200, true);
  const gone = await watcher.call("presence.unwatch", { userIds: [bo.id, crypto.randomUUID()] });
  assert.deepEqual(gone, { presences: [] });
  await watcher.call("presence.watch", more);
  await wantsToBe(live, "invisible");
  await presences.passMs(30_000);
  await watcher.call("ping");
  assert.deepEqual(toldOf(watcher, bo), []);
});

test("what happens to many at once is told in one frame", async () => {
  const people: Person[] = [];
  for (let i = 0; i < 20; i++) people.push(await server.person("p"));
  await server.group(people[0]!, people.slice(1));
  const watcher = await people[0]!.connect();
  const clients = await Promise.all(people.slice(1).map((one) => one.connect()));
  await watch(watcher, ...people.slice(1));
  const before = watcher.frames.length;
  await Promise.all(clients.map((client) => client.close()));
  for (const one of people.slice(1)) await isGone(server, one);
  world.clock.advanceMs(graceMs + 1_000);
  await presences.passMs(1_000);
  await wordOf(watcher, people[19]!);
  assert.equal(watcher.all("presence").length, 1);
  assert.equal(watcher.all("presence")[0]!.presences.length, 19);
  assert.ok(watcher.frames.length - before <= 2);
});

test("with PRESENCE=off everybody is offline", async () => {
  const off = await world.instance({ PRESENCE: "off" });
  const [ana, bo] = await friends();
  const [watcher] = [await ana.connect(off), await bo.connect(off)];
  const [shown] = await watch(watcher, bo);
  assert.deepEqual([shown!.online, shown!.platforms], [false, []]);
});
