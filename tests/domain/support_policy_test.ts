/** Who may do what around an inbox, as pure functions. */
import { strict as assert } from "node:assert";
import {
  mayAnswer,
  mayChangeOneself,
  mayDeleteNote,
  mayEdit,
  mayPin,
  mayRecall,
  maySeeEdits,
  type Standing,
} from "../../domain/policy.ts";
import type { MemberRole } from "../../schemas/conversations.ts";

const now = new Date("2026-01-31T12:00:00.000Z");
const windowMs = 1_000;

function standing(kind: Standing["kind"], role: MemberRole): Standing {
  return {
    kind,
    role,
    leftAt: null,
    mutedUntil: null,
    mutedAll: false,
    dismissedAt: null,
    joinPolicy: null,
    directRefusal: null,
  };
}

const agent = standing("support", "manager");
const visitor = standing("support", "member");
const old = { isMine: false, isSystem: false, isRecalled: false, ageMs: windowMs + 1 };

Deno.test("agents recall anyone's message at any time, visitors their own for a while", () => {
  assert.equal(mayRecall(agent, old, windowMs), null);
  assert.equal(mayRecall(visitor, old, windowMs), "notAllowed");
  const mine = { ...old, isMine: true };
  assert.equal(mayRecall(visitor, mine, windowMs), "recallWindowClosed");
  assert.equal(mayRecall(visitor, { ...mine, ageMs: windowMs }, windowMs), null);
});

Deno.test("agents pin and see what was said before an edit, visitors of their own; nobody edits for another", () => {
  assert.deepEqual([mayPin(agent, old), mayPin(visitor, old)], [null, "notAllowed"]);
  assert.deepEqual([maySeeEdits(agent, old), maySeeEdits(visitor, old)], [null, "notAllowed"]);
  assert.equal(maySeeEdits(visitor, { ...old, isMine: true }), null);
  assert.equal(mayEdit(agent, { ...old, ageMs: 0 }, { now, windowMs }), "notAllowed");
});

Deno.test("either of two leads nobody, whatever their role", () => {
  const either = standing("direct", "owner");
  assert.equal(mayRecall(either, old, windowMs), "notAllowed");
  assert.equal(maySeeEdits(either, old), "notAllowed");
});

Deno.test("whoever has an account may be an agent", () => {
  const verdicts = (["user", "admin", "bot", "guest"] as const).map(mayAnswer);
  assert.deepEqual(verdicts, [null, null, null, "notAllowed"]);
});

Deno.test("guests change their name and language, and nothing else of themselves", () => {
  assert.equal(mayChangeOneself("guest", ["nickname", "locale"]), null);
  for (const field of ["bio", "avatarUrl", "sex", "findableByPhone"]) {
    assert.equal(mayChangeOneself("guest", ["nickname", field]), "notAllowed");
    assert.equal(mayChangeOneself("user", ["nickname", field]), null);
  }
});

Deno.test("a note is its author's to delete while an agent, and any admin's", () => {
  const by = (isMine: boolean, isAgent: boolean, isAdmin: boolean) =>
    mayDeleteNote({ isMine, isAgent, isAdmin });
  assert.equal(by(true, true, false), null);
  assert.equal(by(false, true, false), "notAllowed");
  assert.equal(by(true, false, false), "notFound");
  assert.equal(by(false, false, false), "notFound");
  assert.equal(by(false, false, true), null);
});
