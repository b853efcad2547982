/** Who may do what, as pure functions: every rule with its edges. */
import { strict as assert } from "node:assert";
import {
  type JoinPolicy,
  leads,
  mayAddMembers,
  mayChangeGroup,
  mayDismiss,
  mayHandleRequests,
  mayInviteByLink,
  mayJoin,
  mayMentionAll,
  mayMute,
  mayRemove,
  mayRevokeInvite,
  maySend,
  maySetAlias,
  maySetRole,
  maySocialize,
  mayTakePart,
  mayTransfer,
  type Standing,
  type Target,
} from "../../domain/policy.ts";
import type { MemberRole } from "../../schemas/conversations.ts";

const now = new Date("2026-01-31T12:00:00.000Z");
const before = new Date(now.getTime() - 1);
const after = new Date(now.getTime() + 1);
const roles: MemberRole[] = ["owner", "manager", "member"];
const policies: (JoinPolicy | null)[] = ["open", "approval", "invite", null];

function standing(more: Partial<Standing> = {}): Standing {
  return {
    kind: "group",
    role: "member",
    leftAt: null,
    mutedUntil: null,
    mutedAll: false,
    dismissedAt: null,
    joinPolicy: "open",
    directRefusal: null,
    ...more,
  };
}

/** The verdicts for owner, manager, member. */
function byRole<V>(verdict: (who: Standing) => V, more: Partial<Standing> = {}): V[] {
  return roles.map((role) => verdict(standing({ ...more, role })));
}

/** Rows: owner, manager, member who act; columns: the same as those it is about. */
function byRank<V>(verdict: (who: Standing, target: Target) => V): V[][] {
  return roles.map((mine) =>
    roles.map((role) => verdict(standing({ role: mine }), { isSelf: false, role }))
  );
}

const onSelf = <V>(verdict: (who: Standing, target: Target) => V) =>
  byRole((who) => verdict(who, { isSelf: true, role: who.role }));

Deno.test("owner and manager lead, a member does not", () => {
  assert.deepEqual(roles.map(leads), [true, true, false]);
});

Deno.test("maySocialize() is for accounts of every kind, not for guests", () => {
  const verdicts = (["user", "admin", "bot", "guest"] as const).map(maySocialize);
  assert.deepEqual(verdicts, [null, null, null, "notAllowed"]);
});

Deno.test("mayTakePart() tells a former member that first, a dismissed conversation after", () => {
  assert.deepEqual(byRole(mayTakePart), [null, null, null]);
  for (const kind of ["direct", "group", "support"] as const) {
    assert.equal(mayTakePart(standing({ kind })), null);
    assert.equal(mayTakePart(standing({ kind, leftAt: before })), "notMember");
    assert.equal(mayTakePart(standing({ kind, dismissedAt: before })), "conversationDismissed");
    assert.equal(mayTakePart(standing({ kind, leftAt: before, dismissedAt: now })), "notMember");
  }
});

/** What takes part in a group, at least: refused the same way wherever that is missing. */
const groupActs: Record<string, (who: Standing) => unknown> = {
  mayAddMembers,
  mayChangeGroup,
  mayDismiss,
  mayHandleRequests,
  mayInviteByLink,
  mayTransfer,
  "mayMute another": (who) => mayMute(who, { isSelf: false, role: "member" }),
  "mayRemove another": (who) => mayRemove(who, { isSelf: false, role: "member" }),
  "mayRemove oneself": (who) => mayRemove(who, { isSelf: true, role: who.role }),
  "mayRevokeInvite, mine": (who) => mayRevokeInvite(who, true),
  "mayRevokeInvite, another's": (who) => mayRevokeInvite(who, false),
  "maySetAlias of oneself": (who) => maySetAlias(who, { isSelf: true, role: who.role }),
  "maySetAlias of another": (who) => maySetAlias(who, { isSelf: false, role: "member" }),
  "maySetRole of oneself": (who) => maySetRole(who, { isSelf: true, role: who.role }),
  "maySetRole of another": (who) => maySetRole(who, { isSelf: false, role: "member" }),
};

for (const [name, verdict] of Object.entries(groupActs)) {
  Deno.test(`${name}: refused after leaving, when dismissed, and where there is no group`, () => {
    for (const joinPolicy of policies) {
      const three = (more: Partial<Standing>) => byRole(verdict, { joinPolicy, ...more });
      assert.deepEqual(three({ leftAt: before }), Array(3).fill("notMember"));
      assert.deepEqual(three({ leftAt: before, dismissedAt: now }), Array(3).fill("notMember"));
      assert.deepEqual(three({ dismissedAt: before }), Array(3).fill("conversationDismissed"));
      for (const kind of ["direct", "support"] as const) {
        assert.deepEqual(three({ kind }), Array(3).fill("notAllowed"));
      }
    }
  });
}

Deno.test("maySend() lets any member of a group send", () => {
  assert.deepEqual(byRole((who) => maySend(who, now)), [null, null, null]);
});

Deno.test("maySend() in a direct conversation tells why the two may not write, in a group never", () => {
  for (const directRefusal of ["notFriends", "blocked", null] as const) {
    assert.equal(maySend(standing({ kind: "direct", directRefusal }), now), directRefusal);
    assert.equal(maySend(standing({ directRefusal }), now), null);
  }
});

Deno.test("maySend() ends a mute at its very moment, and it binds leaders too", () => {
  const verdictsAt = (mutedUntil: Date) => byRole((who) => maySend(who, now), { mutedUntil });
  assert.deepEqual(verdictsAt(after), ["muted", "muted", "muted"]);
  assert.deepEqual(verdictsAt(now), [null, null, null]);
  assert.deepEqual(verdictsAt(before), [null, null, null]);
});

Deno.test("maySend() lets only leaders speak in a group that is muted for all", () => {
  const verdicts = byRole((who) => maySend(who, now), { mutedAll: true });
  assert.deepEqual(verdicts, [null, null, "muted"]);
  const both = byRole((who) => maySend(who, now), { mutedAll: true, mutedUntil: after });
  assert.deepEqual(both, ["muted", "muted", "muted"]);
});

Deno.test("maySend() is refused to former members and in what is dismissed, before any mute is told", () => {
  const muted = { mutedAll: true, mutedUntil: after, kind: "direct", directRefusal: "blocked" };
  for (const more of [{}, muted as Partial<Standing>]) {
    const verdicts = (ended: Partial<Standing>) =>
      byRole((who) => maySend(who, now), { ...more, ...ended });
    assert.deepEqual(verdicts({ leftAt: before }), Array(3).fill("notMember"));
    assert.deepEqual(verdicts({ dismissedAt: before }), Array(3).fill("conversationDismissed"));
  }
});

Deno.test("mayMentionAll() is for leaders of a group and for either of two", () => {
  assert.deepEqual(byRole(mayMentionAll), [null, null, "notAllowed"]);
  assert.equal(mayMentionAll(standing({ kind: "direct" })), null);
});

Deno.test("mayAddMembers() is for leaders, for all in an open group, by request in one of approval", () => {
  const table = policies.map((joinPolicy) => byRole(mayAddMembers, { joinPolicy }));
  assert.deepEqual(table, [
    [null, null, null],
    [null, null, "byRequest"],
    [null, null, "notAllowed"],
    [null, null, "notAllowed"],
  ]);
});

Deno.test("mayInviteByLink() is for who may bring others in at once", () => {
  const table = policies.map((joinPolicy) => byRole(mayInviteByLink, { joinPolicy }));
  assert.deepEqual(table, [
    [null, null, null],
    [null, null, "notAllowed"],
    [null, null, "notAllowed"],
    [null, null, "notAllowed"],
  ]);
});

Deno.test("mayRevokeInvite() is for its maker, whatever it is by now, and for leaders", () => {
  for (const joinPolicy of policies) {
    const verdicts = (isMine: boolean) =>
      byRole((who) => mayRevokeInvite(who, isMine), { joinPolicy });
    assert.deepEqual(verdicts(true), [null, null, null]);
    assert.deepEqual(verdicts(false), [null, null, "notAllowed"]);
  }
});

Deno.test("mayJoin() opens open groups, asks in those of approval, and says when it takes an invitation", () => {
  assert.deepEqual(policies.map(mayJoin), [null, "byRequest", "inviteOnly", "inviteOnly"]);
});

Deno.test("requests and the group's state are the leaders', handing on and ending the owner's", () => {
  for (const joinPolicy of policies) {
    for (const verdict of [mayHandleRequests, mayChangeGroup]) {
      assert.deepEqual(byRole(verdict, { joinPolicy }), [null, null, "notAllowed"]);
    }
    for (const verdict of [mayDismiss, mayTransfer]) {
      assert.deepEqual(byRole(verdict, { joinPolicy }), [null, "notAllowed", "notAllowed"]);
    }
  }
});

Deno.test("maySetRole() is the owner's, of anyone but itself", () => {
  const refused = Array(3).fill("notAllowed");
  assert.deepEqual(byRank(maySetRole), [[null, null, null], refused, refused]);
  assert.deepEqual(onSelf(maySetRole), ["ownerMustTransfer", "notAllowed", "notAllowed"]);
});

Deno.test("maySetAlias() is for oneself alone, whatever the rank", () => {
  assert.deepEqual(onSelf(maySetAlias), [null, null, null]);
  assert.deepEqual(byRank(maySetAlias).flat(), Array(9).fill("notAllowed"));
});

Deno.test("mayMute() goes down the ranks, never level, never up, never oneself", () => {
  assert.deepEqual(byRank(mayMute), [
    ["notAllowed", null, null],
    ["notAllowed", "notAllowed", null],
    ["notAllowed", "notAllowed", "notAllowed"],
  ]);
  assert.deepEqual(onSelf(mayMute), Array(3).fill("notAllowed"));
});

Deno.test("mayRemove() goes down the ranks, never level and never up", () => {
  assert.deepEqual(byRank(mayRemove), [
    ["notAllowed", null, null],
    ["notAllowed", "notAllowed", null],
    ["notAllowed", "notAllowed", "notAllowed"],
  ]);
});

Deno.test("mayRemove() lets anyone leave but the owner, who must hand the group on", () => {
  assert.deepEqual(onSelf(mayRemove), ["ownerMustTransfer", null, null]);
});

Deno.test("a mute keeps nobody from anything but sending", () => {
  const muted = { mutedAll: true, mutedUntil: after };
  for (const [name, verdict] of Object.entries(groupActs)) {
    assert.deepEqual(byRole(verdict, muted), byRole(verdict), name);
  }
});
