/** The pages for browsers, built before a server of a test loads them. */
import { buildWebIfStale } from "../../tools/web/build.ts";

const root = new URL("../..", import.meta.url).pathname;

/** Builds them where they are not, or are not what their sources say. */
export async function buildPages(): Promise<void> {
  await buildWebIfStale(root);
}
