/** Private S3 servers for tests. */
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { PrivateServer } from "./private_server.ts";

// It has packages of its own, pinned beside it: those of the product are what people install.
const program = fileURLToPath(new URL("s3/server.mjs", import.meta.url));

/** An S3 of our own; `await using` ends it and removes its folder. */
export class S3Service extends PrivateServer {
  /** Without a bucket. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The bucket that there is from the beginning; no other server has one of this name. */
  get bucket(): string {
    return basename(this.folder).toLowerCase();
  }

  /** The settings of a Patter that keeps its attachments there. */
  get settings(): Record<string, string> {
    return {
      S3_ENDPOINT: this.url,
      S3_BUCKET: this.bucket,
      S3_ACCESS_KEY_ID: "S3RVER",
      S3_SECRET_ACCESS_KEY: "S3RVER",
    };
  }
}

/** Serves an S3 on loopback that checks signatures and keeps its objects over a restart. */
export async function startS3(): Promise<S3Service> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "patter-s3-" }));
  const server: S3Service = new S3Service({
    name: "S3",
    folder,
    user: undefined,
    command: (port) => serverCommand(folder, server.bucket, port),
    prepare: () => Promise.resolve(),
    answers: (port) => hasBucket(port, server.bucket),
    stopSignal: "SIGTERM",
    endSignal: "SIGKILL",
  });
  try {
    await server.start();
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
  return server;
}

function serverCommand(folder: string, bucket: string, port: number): string[] {
  return [
    Deno.execPath(),
    "run",
    "-A",
    "--quiet",
    "--frozen",
    program,
    folder,
    bucket,
    String(port),
  ];
}

/** Another server that took the same port first has no bucket of this name. */
async function hasBucket(port: number, bucket: string): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/${bucket}?list-type=2`);
  await response.body?.cancel();
  return response.ok;
}
