/** Hours of an inbox as they are written on a screen. */
import type { Inbox } from "../../../../client/mod.ts";

/** When somebody answers, by the clocks of a place. */
export type Hours = NonNullable<Inbox["hours"]>;

/** A span of a weekday as a field for times has it: what ends at midnight ends at 00:00. */
export interface Span {
  readonly day: number;
  readonly from: string;
  readonly to: string;
}

/** The weekdays as this page begins the week: with Monday. */
export const weekdays: readonly number[] = [1, 2, 3, 4, 5, 6, 0];

/** What offices do. */
export const usual: readonly Span[] = [1, 2, 3, 4, 5].map((day) => ({
  day,
  from: "09:00",
  to: "17:00",
}));

/** The name of a weekday, 0 for Sunday. */
export function weekdayName(day: number, tag: string): string {
  // The 4th of January 1970 was a Sunday.
  const at = new Date(Date.UTC(1970, 0, 4 + day));
  return new Intl.DateTimeFormat(tag, { weekday: "long", timeZone: "UTC" }).format(at);
}

/** As a field for times has them. */
export function toSpans({ days }: Hours): Span[] {
  return days.map(({ day, from, to }) => ({ day, from, to: to === "24:00" ? "00:00" : to }));
}

/** As the server takes them; null where a span does not end after it begins. */
export function toHours(timeZone: string, spans: readonly Span[]): Hours | null {
  const days = spans.map(({ day, from, to }) => ({ day, from, to: to === "00:00" ? "24:00" : to }));
  const isWhole = days.every(({ from, to }) => from !== "" && from < to);
  return isWhole ? { timeZone, days } : null;
}

/** All time zones that this browser knows, with the one given. */
export function timeZones(present: string): string[] {
  return [...new Set([present, "UTC", ...Intl.supportedValuesOf("timeZone")])].sort();
}

/** The time zone of this device. */
export function hereZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
