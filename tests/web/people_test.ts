/** What the screens about people and groups decide by themselves. */
import { strict as assert } from "node:assert";
import type { Friend } from "../../client/mod.ts";
import { changesTo } from "../../web/app/details/changes.ts";
import { actsOn } from "../../web/app/details/ranks.ts";
import { deviceName } from "../../web/app/entrance/device_name.ts";
import { whoIs } from "../../web/app/entrance/who.ts";
import { inOrder, isMeant } from "../../web/app/people/friend_order.ts";
import { queryOf } from "../../web/app/people/search_query.ts";

Deno.test("what begins with a country code is a phone number, anything else a username", () => {
  assert.deepEqual(whoIs("+49 (151) 123-456"), { phone: "+49151123456" });
  assert.deepEqual(whoIs("0049151123456"), { phone: "+49151123456" });
  assert.deepEqual(whoIs("12345"), { username: "12345" });
  assert.deepEqual(whoIs("ana_1"), { username: "ana_1" });
});

Deno.test("people are searched by exact number, or by a part of a name", () => {
  assert.equal(queryOf("+49 151 123456"), "phone=%2B49151123456");
  assert.equal(queryOf("@ana & co"), "query=ana%20%26%20co");
  assert.equal(queryOf("+1"), "query=%2B1");
  assert.equal(decodeURIComponent(queryOf("😀".repeat(80))), `query=${"😀".repeat(64)}`);
});

Deno.test("a device is called by its browser and its system", () => {
  const safari =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1 Version/17.0 Mobile Safari/604.1";
  const edge =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0";
  assert.equal(deviceName(safari), "Safari, iPhone");
  assert.equal(deviceName(edge), "Edge, Windows");
  assert.equal(deviceName("curl/8"), "Browser");
});

Deno.test("nobody is offered to act on somebody of the same rank, or on oneself", () => {
  const none = { setRole: false, mute: false, remove: false, transfer: false };
  assert.deepEqual(actsOn("owner", "owner", true), none);
  assert.deepEqual(actsOn("manager", "manager", false), none);
  assert.deepEqual(actsOn("manager", "owner", false), none);
  assert.deepEqual(actsOn("member", "member", false), none);
  assert.deepEqual(actsOn("manager", "member", false), { ...none, mute: true, remove: true });
  assert.deepEqual(actsOn("owner", "manager", false), {
    setRole: true,
    mute: true,
    remove: true,
    transfer: true,
  });
});

Deno.test("only what was changed of a group is sent", () => {
  const now = { name: "Old", announcement: null, mutedAll: false, retentionDays: 7 };
  assert.deepEqual(changesTo(now, { ...now }), {});
  assert.deepEqual(changesTo(now, { ...now, name: "New", retentionDays: null }), {
    name: "New",
    retentionDays: null,
  });
});

/** A friend as the list has them. */
function friend(nickname: string, { online = false, remark = null as string | null } = {}) {
  const user = { id: nickname, username: nickname.toLowerCase(), nickname } as Friend["user"];
  return { user, remark, online, source: null, since: "" } satisfies Friend;
}

Deno.test("friends who are there come first, then all by the names that I know them by", () => {
  const friends = [
    friend("Zoe", { online: true }),
    friend("bo 10"),
    friend("Émile"),
    friend("Yan", { remark: "Anna" }),
    friend("Bo 9"),
    friend("Ana", { online: true }),
  ];
  const names = inOrder(friends, ({ online }) => online, "en").map(({ user }) => user.nickname);
  assert.deepEqual(names, ["Ana", "Zoe", "Yan", "Bo 9", "bo 10", "Émile"]);
});

Deno.test("a friend is found by remark, own name and username alike", () => {
  const yan = friend("Yan", { remark: "Anna from work" });
  assert.deepEqual(["WORK", "ya", "yan", "bo"].map((written) => isMeant(yan, written)), [
    true,
    true,
    true,
    false,
  ]);
});
