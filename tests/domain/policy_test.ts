/** Who may do what, as pure functions: every rule with its edges. */
import { strict as assert } from "node:assert";
import {
  leads,
  mayAddMembers,
  mayJoin,
  mayMentionAll,
  mayRemove,
  maySend,
  mayTakePart,
  type Standing,
} from "../../domain/policy.ts";
import type { MemberRole } from "../../schemas/conversations.ts";

const now = new Date("2026-01-31T12:00:00.000Z");
const before = new Date(now.getTime() - 1);
const after = new Date(now.getTime() + 1);
const roles: MemberRole[] = ["owner", "manager", "member"];

function standing(more: Partial<Standing> = {}): Standing {
  return {
    kind: "group",
    role: "member",
    leftAt: null,
    mutedUntil: null,
    mutedAll: false,
    dismissedAt: null,
    mayWriteDirect: false,
    ...more,
  };
}

Deno.test("owner and manager lead, a member does not", () => {
  assert.deepEqual(roles.map(leads), [true, true, false]);
});

Deno.test("mayTakePart() tells a former member that first, a dismissed conversation after", () => {
  assert.equal(mayTakePart(standing()), null);
  assert.equal(mayTakePart(standing({ leftAt: before })), "notMember");
  assert.equal(mayTakePart(standing({ dismissedAt: before })), "conversationDismissed");
  assert.equal(mayTakePart(standing({ leftAt: before, dismissedAt: before })), "notMember");
});

Deno.test("maySend() lets any member of a group send, friends or not", () => {
  for (const role of roles) assert.equal(maySend(standing({ role }), now), null);
});

Deno.test("maySend() in a direct conversation needs the friendship", () => {
  assert.equal(maySend(standing({ kind: "direct" }), now), "notFriends");
  assert.equal(maySend(standing({ kind: "direct", mayWriteDirect: true }), now), null);
});

Deno.test("maySend() ends a mute at its very moment, and it binds leaders too", () => {
  assert.equal(maySend(standing({ mutedUntil: after }), now), "muted");
  assert.equal(maySend(standing({ mutedUntil: now }), now), null);
  assert.equal(maySend(standing({ mutedUntil: before }), now), null);
  assert.equal(maySend(standing({ mutedUntil: after, role: "manager" }), now), "muted");
});

Deno.test("maySend() lets only leaders speak in a group that is muted for all", () => {
  const verdicts = roles.map((role) => maySend(standing({ mutedAll: true, role }), now));
  assert.deepEqual(verdicts, [null, null, "muted"]);
});

Deno.test("maySend() is refused to former members and in what is dismissed, whatever the role", () => {
  for (const role of roles) {
    assert.equal(maySend(standing({ role, leftAt: before }), now), "notMember");
    assert.equal(maySend(standing({ role, dismissedAt: before }), now), "conversationDismissed");
  }
});

Deno.test("mayMentionAll() is for leaders of a group and for either of two", () => {
  const verdicts = roles.map((role) => mayMentionAll(standing({ role })));
  assert.deepEqual(verdicts, [null, null, "notAllowed"]);
  assert.equal(mayMentionAll(standing({ kind: "direct" })), null);
});

Deno.test("mayAddMembers() is for leaders, and for any member of an open group", () => {
  const policies = ["open", "approval", "invite"] as const;
  const verdictsOf = (role: MemberRole) =>
    policies.map((policy) => mayAddMembers(standing({ role }), policy));
  assert.deepEqual(verdictsOf("owner"), [null, null, null]);
  assert.deepEqual(verdictsOf("manager"), [null, null, null]);
  assert.deepEqual(verdictsOf("member"), [null, "notAllowed", "notAllowed"]);
});

Deno.test("mayAddMembers() is refused in a direct conversation, after leaving, when dismissed", () => {
  const leader = { role: "owner" } as const;
  assert.equal(mayAddMembers(standing({ ...leader, kind: "direct" }), null), "notAllowed");
  assert.equal(mayAddMembers(standing({ ...leader, leftAt: before }), "open"), "notMember");
  const dismissed = standing({ ...leader, dismissedAt: before });
  assert.equal(mayAddMembers(dismissed, "open"), "conversationDismissed");
});

Deno.test("mayJoin() opens open groups only, and says when it takes an invitation", () => {
  assert.equal(mayJoin("open"), null);
  assert.equal(mayJoin("approval"), "notAllowed");
  assert.equal(mayJoin("invite"), "inviteOnly");
  assert.equal(mayJoin(null), "notAllowed");
});

Deno.test("mayRemove() goes down the ranks, never level and never up", () => {
  const table = roles.map((mine) =>
    roles.map((role) => mayRemove(standing({ role: mine }), { isSelf: false, role }))
  );
  assert.deepEqual(table, [
    ["notAllowed", null, null],
    ["notAllowed", "notAllowed", null],
    ["notAllowed", "notAllowed", "notAllowed"],
  ]);
});

Deno.test("mayRemove() lets anyone leave but the owner, who must hand the group on", () => {
  const verdicts = roles.map((role) => mayRemove(standing({ role }), { isSelf: true, role }));
  assert.deepEqual(verdicts, ["ownerMustTransfer", null, null]);
});

Deno.test("mayRemove() knows no leaving of a direct conversation, and no second leaving", () => {
  const self = { isSelf: true, role: "member" } as const;
  assert.equal(mayRemove(standing({ kind: "direct" }), self), "notAllowed");
  assert.equal(mayRemove(standing({ leftAt: before }), self), "notMember");
  assert.equal(mayRemove(standing({ dismissedAt: before }), self), "conversationDismissed");
});
