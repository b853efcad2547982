/** What all instances of a test file have in place of the real thing: set before its worlds are made. */
import type { Blobs } from "../../domain/app.ts";

/** Empty unless a file fills it. */
export const replacedForAll: { blobs?: Blobs } = {};
