/** The image, as far as it can be had without Docker: its steps, its command, its health check, its disk. */
import { strict as assert } from "node:assert";
import { freePort } from "../../tools/services/ports.ts";
import { databaseKind } from "../support/database.ts";
import { Image } from "../support/image.ts";
import { unpackSnapshot } from "../support/server_process.ts";
import { until, within } from "../support/waiting.ts";
import { Site, test } from "../support/world.ts";

const limitMs = 60_000;

/** Packages in the image that nothing there but its tools imports. */
async function idlePackages(app: string): Promise<string[]> {
  const { imports } = JSON.parse(await Deno.readTextFile(`${app}/deno.json`));
  const idle: string[] = [];
  for (const name of Object.keys(imports)) {
    const args = ["-rqE", "--include=*.ts", "--exclude-dir=tools", "--exclude-dir=node_modules"];
    const pattern = `from "${name}["/]`;
    const { success } = await new Deno.Command("grep", { args: [...args, pattern, app] }).output();
    if (!success) idle.push(name);
  }
  return idle;
}

/** Files outside of DATA_DIR that are newer than the marker. */
async function writtenSince(marker: string, root: string): Promise<string> {
  const args = [root, "-path", `${root}/data`, "-prune", "-o", "-newer", marker, "-print"];
  const { stdout } = await new Deno.Command("find", { args }).output();
  return new TextDecoder().decode(stdout);
}

if (databaseKind === "pglite") {
  test("the image's steps work for a normal user, and its server writes to DATA_DIR alone", async () => {
    await using image = await Image.build();
    const settings = { PORT: String(freePort()), RATE_LIMITS: "off", PASSWORD_COST: "4" };
    const { root } = image.layer();
    assert.deepEqual(
      await idlePackages(`${root}/app`),
      ["@hono/zod-validator"],
      "A peer of another",
    );
    assert.equal(await image.can("touch main.ts"), false, "The code cannot be changed");
    assert.equal(await image.can(`touch ${root}/new`), false, "Nor anything be put beside it");
    assert.equal(await image.isHealthy(settings), false, "Nobody is there yet");

    const marker = `${image.folder}/marker`;
    await Deno.writeTextFile(marker, "");
    await unpackSnapshot({ data: `${root}/data` });
    await image.give(`${root}/data`);
    await using server = await image.start(settings);
    const listens = async () => (await server.log()).includes(`"listening"`);
    await until("it listens", listens, limitMs);
    assert.equal(await image.isHealthy(settings), true);
    const site = new Site(`http://127.0.0.1:${settings.PORT}`);
    const { ana, id } = await site.pair();
    assert.equal((await ana.says("hello", id)).duplicate, false);

    Deno.kill(server.pid, "SIGTERM");
    await within("it ends", server.whenGone(), limitMs);
    assert.match(await server.log(), /"stopped"/);
    assert.equal(await image.isHealthy(settings), false, "It is gone");
    assert.equal(await writtenSince(marker, root), "");
    assert.ok(Deno.statSync(`${root}/data/postgres`).isDirectory);
  });
}
