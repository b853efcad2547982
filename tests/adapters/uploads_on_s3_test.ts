/** The tests of uploads and of who reads them once more, with the bytes in S3. */
import { BlobsOnS3 } from "../../adapters/blobs_s3.ts";
import { S3Bucket } from "../../adapters/s3_bucket.ts";
import { openS3, placeOf } from "../support/blobs.ts";
import { replacedForAll } from "../support/replaced.ts";

const bucket = new S3Bucket(placeOf(await openS3()));
// They wait for what has come to be stored while the request goes on.
replacedForAll.blobs = new BlobsOnS3(bucket, { waitMaxMs: 50 });

await import("../domain/uploads_test.ts");
await import("../domain/upload_cuts_test.ts");
await import("../domain/attachments_test.ts");
await import("../domain/attachment_access_test.ts");
