/** No trace of the machine it was written on: no home of a user, no registry behind a proxy. */
import { type Finding, findingsOf } from "../house/finding.ts";
import type { Tree } from "../house/source.ts";

// In pieces, or this file would have to report itself.
const FOLDER = new RegExp(String.raw`(?<![\w.~*}-])/(?:${["work", "root"].join("|")})/`, "g");
const HOST = new RegExp(
  ["registry" + ".npmjs", "jsr" + ".io", "deb" + ".debian"].join("|").replaceAll(".", "\\."),
  "g",
);

/** Paths and hosts that exist only where the tree was written. */
export function machineTraces({ files }: Tree): Finding[] {
  return files.flatMap((file) => [
    ...findingsOf(file, { view: file.text, pattern: FOLDER, message: "a path of one machine" }),
    ...findingsOf(file, { view: file.text, pattern: HOST, message: "a host of one build" }),
  ]);
}
