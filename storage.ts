/** The composition root's part for attachments: where their bytes lie. */
import { join } from "node:path";
import { BlobsOnDisk, takesFiles } from "./adapters/blobs_disk.ts";
import { NoBlobs } from "./adapters/blobs_none.ts";
import { BlobsOnS3 } from "./adapters/blobs_s3.ts";
import { S3Bucket } from "./adapters/s3_bucket.ts";
import { S3Refusal } from "./adapters/s3_requests.ts";
import { type Config, ConfigError } from "./config.ts";
import type { Blobs, Log } from "./domain/app.ts";

/**
 * Where the bytes of attachments lie: in the bucket that is named, else in `DATA_DIR`, and nowhere
 * where there is no disk.
 * @throws {ConfigError} when the bucket is not there, or the key does not open it.
 */
export async function openBlobs(config: Config, log: Pick<Log, "warn">): Promise<Blobs> {
  if (config.s3Endpoint !== null) return await openBucket(config, config.s3Endpoint, log);
  const folder = join(config.dataDir, "attachments");
  if (await takesFiles(folder)) return new BlobsOnDisk(folder);
  log.warn("no attachments: DATA_DIR cannot be written to");
  return new NoBlobs();
}

// An S3 that is away may come back, and chats do without it meanwhile; one that refuses us would do so
// for ever.
async function openBucket(
  config: Config,
  endpoint: string,
  log: Pick<Log, "warn">,
): Promise<Blobs> {
  const bucket = new S3Bucket({
    endpoint,
    region: config.s3Region,
    bucket: config.s3Bucket!,
    accessKeyId: config.s3AccessKeyId!,
    secretAccessKey: config.s3SecretAccessKey!,
    isPathStyle: config.s3PathStyle === "on",
  });
  await bucket.enter().catch(({ cause }) => {
    if (cause instanceof S3Refusal && cause.status < 500) {
      throw new ConfigError(`S3_BUCKET: cannot use "${config.s3Bucket}": ${cause.message}`);
    }
    log.warn("attachments out of reach", { reason: String(cause) });
  });
  return new BlobsOnS3(bucket);
}
