/** A conversation of a million messages as a file: how fast, and what the server holds meanwhile. */
import { Api, type Person } from "../api.ts";
import type { Scenario } from "../bench.ts";
import { peakResidentBytes, residentBytes } from "../machine.ts";
import { startPatter } from "../processes.ts";
import type { Figure } from "../report.ts";
import { createGroup, fillConversation, registerPeople } from "../world.ts";

const count = 1_000_000;
const mebibyte = 2 ** 20;

/** Exports in every format and as an archive, one after the other, from one server. */
export const exporting: Scenario = {
  name: "export",
  async run(bench) {
    const databaseUrl = await bench.createDatabase();
    const server = await startPatter({ dataDir: await bench.createFolder(), databaseUrl });
    const people = await registerPeople(new Api(server.port), 2);
    const id = await createGroup(new Api(server.port), "Large", people);
    bench.say(`writing ${count} messages`);
    await fillConversation(databaseUrl, { id, people, count });
    const before = residentBytes(server.pid);
    const growth = () => (peakResidentBytes(server.pid) - before) / mebibyte;
    const figures: Figure[] = [];
    for (const [name, path] of files(id)) {
      const { perSecond, bytes } = await read(server.port, people[0]!, path);
      const size = `${(bytes / mebibyte).toFixed(0)} MiB`;
      const note = `${size}; growth up to here ${growth().toFixed(0)} MiB`;
      figures.push({ name, value: perSecond, unit: "messages/s", note });
      bench.say(`${name}: ${perSecond.toFixed(0)} messages/s, ${note}`);
    }
    const name = "export of 1,000,000 messages, growth of the server";
    const comparisons = [{ name, value: growth(), unit: "MiB", atMost: 256 }];
    await server.stop();
    return { title: "Export", about, figures, comparisons };
  },
};

const about = `A conversation of ${count.toLocaleString("en")} messages of 100 bytes, exported ` +
  "over HTTP in each format and within the archive of a user, by a reader that reads as fast as it " +
  "can. Growth: the peak of the server's resident memory over what it had before the first.";

function files(id: string): [name: string, path: string][] {
  const formats = ["jsonl", "html", "xlsx"].map((format): [string, string] => [
    format,
    `/v1/conversations/${id}/export?format=${format}`,
  ]);
  return [...formats, ["everything about me", "/v1/users/me/export"]];
}

/** Reads a file to its end and keeps nothing of it. */
async function read(port: number, person: Person, path: string) {
  const startedAt = performance.now();
  const headers = { authorization: `Bearer ${person.token}` };
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  let bytes = 0;
  for await (const chunk of response.body!) bytes += chunk.length;
  return { bytes, perSecond: count / (performance.now() - startedAt) * 1_000 };
}
