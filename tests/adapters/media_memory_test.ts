/** What media workers leave behind: nothing. In a process of its own, whose memory is theirs alone. */
import { strict as assert } from "node:assert";
import { test } from "../support/world.ts";

test("workers that have ended give their memory back", async () => {
  const program = new URL("../support/ended_workers.ts", import.meta.url).pathname;
  const args = ["run", "-A", "--no-check", program];
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const heldBytes: (number | null)[] = JSON.parse(decode(stdout) || "[]");
  assert.equal(heldBytes.length, 5, decode(stderr));
  // A worker that keeps its own holds more than 100 MB.
  const grownBytes = heldBytes.at(-1)! - heldBytes[1]!;
  assert.ok(grownBytes < 200_000_000 && !heldBytes.includes(null), heldBytes.join());
});
