/** Medians, percentiles and pauses. */

/** The middle value. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The value below which `percent` of all lie (nearest rank). */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(sorted.length * percent / 100));
  const value = sorted[rank - 1];
  if (value === undefined) throw new Error("No values");
  return value;
}
