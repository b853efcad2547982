/** An S3 server in a folder: `server.mjs FOLDER BUCKET PORT`, as tools/services/s3.ts starts it. */
import S3rver from "@20minutes/s3rver";

const [folder, bucket, port] = Deno.args;

// It removes folders that have become empty, even when somebody is about to put something into them.
for (const top of ["attachments", "uploads"]) {
  await Deno.mkdir(`${folder}/objects/${bucket}/${top}`, { recursive: true });
  await Deno.writeTextFile(`${folder}/objects/${bucket}/${top}/kept`, "");
}
await new S3rver({
  address: "127.0.0.1",
  port: Number(port),
  directory: `${folder}/objects`,
  silent: true,
}).run();
