/** What clients say of a file before they send it: read, cleaned, and believed in nothing. */
import { fail, type Failure } from "../errors.ts";
import { codePoints } from "../schemas/fields.ts";

const nameMax = 255;

/** What goes with an upload. */
export interface Metadata {
  readonly name: string;
  readonly declaredType: string | null;
  /** In hexadecimal. */
  readonly sha256: string | null;
}

function malformed(message: string): Failure {
  return fail("invalidInput", { errors: [{ path: "Upload-Metadata", message }] });
}

/**
 * A file's name without folders, control characters and those that turn the direction of writing:
 * `gpj.exe` must not read `exe.jpg`. Joiners stay, since scripts and emoji need them.
 */
export function cleanName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? "";
  const clean = last.toWellFormed().normalize("NFC")
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/gu, "").trim();
  const short = codePoints(clean) > nameMax ? [...clean].slice(0, nameMax).join("") : clean;
  return /^\.*$/.test(short) ? "file" : short;
}

function decode(base64: string): string {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) throw malformed("Expected values in base64");
  return new TextDecoder().decode(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
}

function pairsOf(header: string): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const pair of header.split(",").map((text) => text.trim()).filter((text) => text !== "")) {
    const [key = "", value = "", ...more] = pair.split(" ");
    if (more.length > 0 || pairs.has(key)) throw malformed("Expected pairs, each key once");
    try {
      pairs.set(key, decode(value));
    } catch (cause) {
      throw cause instanceof DOMException ? malformed("Expected values in base64") : cause;
    }
  }
  return pairs;
}

/**
 * Reads tus's `Upload-Metadata`: `key base64,key base64`. Keys that mean nothing here are left out.
 * @throws `invalidInput`.
 */
export function readMetadata(header: string): Metadata {
  const pairs = pairsOf(header);
  const type = pairs.get("filetype") ?? "";
  const sha256 = pairs.get("sha256")?.toLowerCase() ?? null;
  if (sha256 !== null && !/^[0-9a-f]{64}$/.test(sha256)) {
    throw malformed("Expected sha256 as 64 hexadecimal digits");
  }
  return {
    name: cleanName(pairs.get("filename") ?? ""),
    declaredType: /^[\w.+-]{1,127}\/[\w.+-]{1,127}$/.test(type) ? type.toLowerCase() : null,
    sha256,
  };
}
