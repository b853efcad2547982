/** Users from before the index of names: the migration writes what registering writes now. */
import { strict as assert } from "node:assert";
import { asc, eq, sql } from "drizzle-orm";
import { userNames } from "../../db/schema/mod.ts";
import { tailsOf } from "../../domain/user_names.ts";
import { openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();

async function allTails() {
  return await world.database.orm.select().from(userNames)
    .orderBy(asc(userNames.tail), asc(userNames.userId));
}

test("those who were here before are found by what the migration wrote for them", async () => {
  const names = [
    "Ana Silva",
    "Äpfel & Öl",
    "张三丰",
    "김민준",
    "محمد",
    "a😀b",
    "z".repeat(64),
    // Whose small form is not what `lower` makes of them everywhere, or takes several characters.
    "Yılmaz",
    "Großmann",
    "Οδυσσεύς",
    "İpek",
    "ﬁn ŉ ᾳΐ",
    "Ǆ ẞ ǰ 𐐀 Ა Ꭰ",
  ];
  const people: Person[] = [];
  for (const name of names) people.push(await server.person("Mixed_Case", { nickname: name }));
  const written = await allTails();
  assert.ok(written.length > 100);
  const file = new URL("../../db/migrations/0003_fill_social.sql", import.meta.url);
  const [statement] = (await Deno.readTextFile(file)).split("--> statement-breakpoint");
  await world.database.orm.delete(userNames);
  await world.database.orm.execute(sql.raw(statement!));
  assert.deepEqual(await allTails(), written);
  // Also when their names are changed afterwards.
  const { id, username } = people[1]!;
  await people[1]!.do("PATCH", "/v1/users/me", { nickname: "Birnen" });
  const rows = await world.database.orm.select().from(userNames).where(eq(userNames.userId, id));
  const held = rows.map(({ tail }) => tail);
  assert.deepEqual(held.sort(), [...tailsOf({ nickname: "Birnen", username })].sort());
});
