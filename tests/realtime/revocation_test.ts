/** Whatever takes a right away reaches live connections on every instance, also when the bus has lost it. */
import { strict as assert } from "node:assert";
import { setAdmin } from "../../domain/admins.ts";
import type { Session } from "../../schemas/auth.ts";
import { refusalOf } from "../support/chat.ts";
import { say } from "../support/chatter.ts";
import type { Client } from "../support/client.ts";
import { LossyBus } from "../support/lossy_bus.ts";
import { within } from "../support/waiting.ts";
import { type Instance, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const bus = new LossyBus();
const settings = { SESSION_POLICY: "perPlatform" };
const one = await world.instance(settings, { bus: bus.connect });
const other = await world.instance(settings, { bus: bus.connect });
const admin = await one.person("admin");
await setAdmin(world.database, admin.username, true);
const password = "correct horse 1";

interface Case {
  readonly verb: string;
  /** Carried out on `one`, against the second of two sessions. */
  readonly act: (keeps: Person, ends: Person) => Promise<unknown>;
  readonly code: number;
  readonly reason: string;
  /** The other session ends too. */
  readonly endsAll?: true;
}

const revoked = { code: 4501, reason: "sessionRevoked" } as const;

const cases: Case[] = [
  { verb: "logout", act: (_, ends) => ends.do("POST", "/v1/auth/logout"), ...revoked },
  {
    verb: "a new password",
    act: (keeps) =>
      keeps.do("POST", "/v1/auth/password", { oldPassword: password, newPassword: password }),
    ...revoked,
  },
  {
    verb: "ending a session in the list",
    act: (keeps, ends) => keeps.do("DELETE", `/v1/auth/sessions/${ends.session.sessionId}`),
    ...revoked,
  },
  {
    verb: "a refresh token that was used before",
    act: async (_, { session: { refreshToken } }) => {
      await refresh((await refresh(refreshToken)).refreshToken);
      await one.ask("POST", "/v1/auth/refresh", { refreshToken });
    },
    ...revoked,
  },
  {
    verb: "signing in elsewhere",
    act: ({ username }) =>
      one.ask("POST", "/v1/auth/login", { username, password, device: { platform: "web" } }),
    code: 4502,
    reason: "signedInElsewhere",
  },
  {
    verb: "a lock",
    act: (keeps) => admin.do("PUT", `/v1/admin/users/${keeps.id}/lock`),
    code: 4503,
    reason: "accountLocked",
    endsAll: true,
  },
];

async function refresh(refreshToken: string): Promise<Session> {
  const { status, body } = await one.ask<Session>("POST", "/v1/auth/refresh", { refreshToken });
  assert.equal(status, 200);
  return body;
}

async function signIn(at: Instance, { username }: Person, platform: string): Promise<Session> {
  const input = { username, password, device: { platform } };
  return (await at.ask<Session>("POST", "/v1/auth/login", input)).body;
}

/** Two sessions, each with a connection on both instances. */
async function twoDevices() {
  const keeps = await one.person("ana", { device: { platform: "ios" } });
  const ends = await keeps.again();
  ends.session = await signIn(one, keeps, "web");
  return {
    keeps,
    ends,
    kept: [await keeps.connect(one), await keeps.connect(other)],
    ended: [await ends.connect(one), await ends.connect(other)],
  };
}

async function assertEnds(clients: readonly Client[], { code, reason }: Case): Promise<void> {
  for (const client of clients) {
    assert.deepEqual(await within("the socket closes", client.closed), { code, reason });
  }
}

async function tryOut(known: Case): Promise<void> {
  const { keeps, ends, kept, ended } = await twoDevices();
  await known.act(keeps, ends);
  await assertEnds(ended, known);
  if (known.endsAll) await assertEnds(kept, known);
  else for (const client of kept) await client.call("ping");
}

for (const known of cases) {
  test(`${known.verb} ends connections on both instances with ${known.code}`, async () => {
    bus.heal();
    await tryOut(known);
  });

  test(`${known.verb} does so when every word of it is lost`, async () => {
    bus.drop(({ type }) => type === "sessionsEnded");
    const { lost } = bus;
    await tryOut(known);
    assert.ok(bus.lost > lost);
  });
}

for (const isLost of [false, true]) {
  const how = isLost ? ", although every word of it is lost" : "";

  test(`a removed member gets nothing more on another instance${how}`, async () => {
    bus.heal();
    const [ana, bo, cy] = [await one.person("ana"), await one.person("bo"), await one.person("cy")];
    const id = await one.group(ana, [bo, cy]);
    const [here, there] = [await cy.connect(one), await cy.connect(other)];
    if (isLost) bus.drop(() => true);
    await ana.do("DELETE", `/v1/groups/${id}/members/${cy.id}`);
    const { rev } = await bo.says("without cy", id);
    for (const client of [here, there]) {
      const { reason } = await client.next("conversation.left");
      assert.equal(reason, "removed");
      await client.call("ping");
      const revs = client.all("changes").filter(({ conversationId }) => conversationId === id)
        .map((changes) => changes.rev);
      assert.ok(revs.every((seen) => seen < rev), "nothing from after the removal");
      assert.equal(await refusalOf(say(client, id, "still here?")), "notMember");
    }
  });

  test(`a block is felt on another instance at once${how}`, async () => {
    bus.heal();
    const { ana, bo, id } = await one.pair();
    const there = await bo.connect(other);
    await say(there, id, "before");
    if (isLost) bus.drop(() => true);
    await ana.do("PUT", `/v1/blocks/${bo.id}`);
    assert.equal(await refusalOf(say(there, id, "after")), "notFriends");
    const typing = there.call("conversation.typing", { conversationId: id, typing: true });
    assert.equal(await refusalOf(typing), "notFriends");
  });
}
