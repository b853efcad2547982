/** Reading from replicas: what was answered is always there, however far a replica is behind, or gone. */
import { strict as assert } from "node:assert";
import postgres from "postgres";
import { openDatabase } from "../../db/client.ts";
import { migrate } from "../../db/migrate.ts";
import type { Member } from "../../schemas/conversations.ts";
import type { Page } from "../../schemas/fields.ts";
import type { MessagePage } from "../../schemas/messages.ts";
import { PostgresReplica, startPostgres, startReplica } from "../../tools/services.ts";
import { databaseKind } from "../support/database.ts";
import { oneOf, seeded } from "../support/random.ts";
import { acts } from "../support/rich.ts";
import { until } from "../support/waiting.ts";
import { assertRefused, type Instance, type Person, test, World } from "../support/world.ts";

const limitMs = 30_000;

/** A primary with a replica, an instance that reads from it, and one that does not know of it. */
class Scene {
  readonly faults: string[] = [];
  private constructor(
    readonly primary: Awaited<ReturnType<typeof startPostgres>>,
    readonly replica: PostgresReplica,
  ) {}
  reading!: Instance;
  plain!: Instance;

  static async open(): Promise<Scene> {
    const primary = await startPostgres();
    const scene = new Scene(primary, await startReplica(primary));
    const databaseUrl = primary.url;
    const database = await openDatabase({
      databaseUrl,
      replicaUrls: [scene.replica.url],
      onReplicaFault: (reason) => scene.faults.push(reason),
    });
    await migrate(database, { databaseUrl });
    const alone = await openDatabase({ databaseUrl });
    const drop = async () => {
      await Promise.all([database.close(), alone.close()]);
      await scene.replica[Symbol.asyncDispose]();
      await primary[Symbol.asyncDispose]();
    };
    const world = new World({ database, config: { databaseUrl }, drop });
    Deno.test.afterAll(() => world[Symbol.asyncDispose]());
    scene.reading = await world.instance();
    scene.plain = await world.instance({}, { database: alone });
    return scene;
  }

  /** When the replica was last asked for rows of a table, by its clock; 0: never. */
  async asked(table: string): Promise<number> {
    const sql = postgres(this.replica.url, { max: 1 });
    const [row] = await sql`
      select coalesce(max(extract(epoch from query_start)), 0)::double precision as at
      from pg_stat_activity
      where application_name = 'patter' and query like ${`%from "${table}"%`}`;
    await sql.end();
    return row!["at"];
  }

  /** The same question to both instances: what the primary alone says is the truth. */
  async same(who: Person, path: string): Promise<void> {
    const authorization = `Bearer ${who.session.accessToken}`;
    const [read, truth] = [
      await this.reading.ask("GET", path, undefined, { authorization }),
      await this.plain.ask("GET", path, undefined, { authorization }),
    ];
    assert.equal(read.status, truth.status);
    assert.deepEqual(read.body, truth.body);
  }
}

/** One act of one of two members, answered when this resolves; gives whose it was. */
async function actAtRandom(id: string, both: readonly Person[], random: () => number) {
  const who = oneOf(random, both);
  const path = `/v1/conversations/${id}/messages?limit=100`;
  const { items } = await who.do<MessagePage>("GET", path);
  const mine = items.filter(({ from, body }) => from === who.id && body !== null);
  const kind = mine.length < 3
    ? "say"
    : oneOf(random, ["say", "edit", "recall", "react", "forget"]);
  const { seq } = kind === "say" ? await who.says(`text ${random()}`, id) : oneOf(random, mine);
  const answer = kind === "edit"
    ? await acts(who, id).edit(seq, `edited ${random()}`)
    : kind === "recall"
    ? await acts(who, id).recall(seq)
    : kind === "forget"
    ? await acts(who, id).forget(seq)
    : await acts(who, id).react(seq, "👍");
  assert.ok(answer.status < 300, `${kind}: ${JSON.stringify(answer.body)}`);
  return who;
}

if (databaseKind === "postgres") {
  let scene: Scene;
  Deno.test.beforeAll(async () => {
    scene = await Scene.open();
  });

  test("history, members and exports come from a replica that has come as far", async () => {
    const { reading, replica, primary } = scene;
    const { ana, bo, id } = await reading.pair();
    const group = await reading.group(ana, [bo]);
    await ana.says("hello", id);
    await replica.catchUp(primary);
    for (
      const [path, table] of [
        [`/v1/conversations/${id}/messages`, "messages"],
        [`/v1/groups/${group}/members`, "members"],
        [`/v1/conversations/${id}/export?format=jsonl`, "messages"],
      ] as const
    ) {
      const before = await scene.asked(table);
      const authorization = `Bearer ${bo.session.accessToken}`;
      const response = await fetch(reading.url + path, { headers: { authorization } });
      assert.equal(response.status, 200, await response.text());
      assert.ok(await scene.asked(table) > before, `The replica was asked for ${path}`);
    }
    assert.deepEqual(scene.faults, []);
  });

  test("a replica that stands still hides nothing that was answered, whatever it was", async () => {
    const { reading, replica, primary } = scene;
    const { ana, bo, id } = await reading.pair();
    const messages = `/v1/conversations/${id}/messages`;
    await ana.says("first", id);
    await replica.catchUp(primary);
    await replica.standStill();
    const random = seeded(7);
    for (let acts = 0; acts < 30; acts++) {
      const who = await actAtRandom(id, [ana, bo], random);
      await scene.same(who, messages);
      await scene.same(who === ana ? bo : ana, `${messages}?afterSeq=0`);
    }
    await replica.goOn();
  });

  test("members that were just added, renamed or removed are so in the next list", async () => {
    const { reading, replica, primary } = scene;
    const { ana, bo } = await reading.pair();
    const cyn = await reading.person("cyn");
    const group = await reading.group(ana, [bo]);
    const members = `/v1/groups/${group}/members`;
    await replica.catchUp(primary);
    await replica.standStill();
    await ana.do("POST", members, { userIds: [cyn.id] });
    await scene.same(bo, members);
    await cyn.do("PATCH", `${members}/${cyn.id}`, { alias: "Captain" });
    const { items } = await ana.do<Page<Member>>("GET", members);
    assert.equal(items.find(({ userId }) => userId === cyn.id)?.alias, "Captain");
    await ana.do("DELETE", `${members}/${bo.id}`);
    await scene.same(ana, members);
    await replica.goOn();
  });

  test("who was removed reads nothing of after that, although a replica still has it as a member", async () => {
    const { reading, replica, primary } = scene;
    const { ana, bo } = await reading.pair();
    const group = await reading.group(ana, [bo]);
    await ana.says("for both", group);
    await replica.catchUp(primary);
    await replica.standStill();
    await ana.do("DELETE", `/v1/groups/${group}/members/${bo.id}`);
    await ana.says("for me", group);
    const path = `/v1/conversations/${group}/messages`;
    const { items } = await bo.do<MessagePage>("GET", path);
    assert.ok(!JSON.stringify(items).includes("for me"));
    assertRefused(await bo.ask("GET", `/v1/groups/${group}/members`), 403, "notMember");
    await replica.goOn();
    await replica.catchUp(primary);
    await scene.same(bo, path);
  });

  test("under steady sends every list holds all that was answered before it was asked for", async () => {
    const { reading } = scene;
    const { ana, bo, id } = await reading.pair();
    let answered = 0;
    const send = async () => {
      for (let count = 0; count < 60; count++) answered = (await ana.says(`${count}`, id)).seq;
    };
    let isSending = true;
    const sending = send().finally(() => isSending = false);
    while (isSending) {
      const least = answered;
      const { items } = await bo.do<MessagePage>("GET", `/v1/conversations/${id}/messages`);
      assert.ok((items.at(-1)?.seq ?? 0) >= least);
    }
    await sending;
  });

  test("a replica that freezes or dies is done without, told of once, and used again later", async () => {
    const { reading, replica, primary, faults } = scene;
    const { ana, id } = await reading.pair();
    await ana.says("hello", id);
    await replica.catchUp(primary);
    const path = `/v1/conversations/${id}/messages`;
    const list = async () => (await ana.do<MessagePage>("GET", path)).items.length;
    await replica.pause();
    const length = await list();
    await replica.resume();
    await replica.kill();
    assert.equal(await list(), length);
    await until("it is given up", () => faults.length > 0);
    assert.equal(await list(), length);
    assert.equal(faults.length, 1);
    await replica.start();
    const before = await scene.asked("messages");
    const isUsed = async () => await list() === length && await scene.asked("messages") > before;
    await until("it is asked again", isUsed, limitMs);
  });
}
