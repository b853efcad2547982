/** Byte ranges of RFC 9110, 14: the one that a request asks for, or all there is. */

/** From `start` up to, not including, `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * What `Range` asks for. Several at once, and what is malformed, may be ignored: null, all is sent.
 * `beyond`: nothing of it exists.
 */
export function rangeIn(header: string | undefined, size: number): ByteRange | null | "beyond" {
  const [, first = "", last = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header ?? "") ?? [];
  if (first === "" && last === "") return null;
  if (first === "") {
    const start = Math.max(0, size - Number(last));
    return start === size ? "beyond" : { start, end: size };
  }
  if (last !== "" && Number(last) < Number(first)) return null;
  if (Number(first) >= size) return "beyond";
  return { start: Number(first), end: last === "" ? size : Math.min(size, Number(last) + 1) };
}
