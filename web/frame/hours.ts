/** Opening hours as people write them: days that are alike together. */
import type { InboxFace } from "../../client/mod.ts";

/** When somebody answers. */
export type Hours = NonNullable<InboxFace["hours"]>;

/** A line of opening hours. */
export interface HoursLine {
  readonly days: string;
  readonly times: string;
}

// Weeks begin on Monday where most people have office hours.
const week = [1, 2, 3, 4, 5, 6, 0];
const sunday = Date.UTC(2024, 0, 7);
const dayMs = 86_400_000;

function timesOf({ days }: Hours, day: number, format: Intl.DateTimeFormat): string {
  const at = (time: string) => {
    const [hours, minutes] = time.split(":").map(Number);
    return format.format(sunday + (hours! * 60 + minutes!) * 60_000);
  };
  return days.filter((span) => span.day === day)
    .sort((one, other) => one.from < other.from ? -1 : 1)
    .map(({ from, to }) => `${at(from)} – ${at(to)}`)
    .join("\n");
}

/** The hours of a week; days without any are left out. */
export function linesOf(hours: Hours, locale: string): HoursLine[] {
  const time = new Intl.DateTimeFormat(locale, {
    hour: "numeric",
    minute: "2-digit",
    timeZone: "UTC",
  });
  const weekday = new Intl.DateTimeFormat(locale, { weekday: "short", timeZone: "UTC" });
  const nameOf = (day: number) => weekday.format(sunday + day * dayMs);
  const runs: { first: number; last: number; times: string }[] = [];
  for (const day of week) {
    const times = timesOf(hours, day, time);
    const run = runs.at(-1);
    if (run?.times === times) run.last = day;
    else runs.push({ first: day, last: day, times });
  }
  return runs.filter(({ times }) => times !== "").map(({ first, last, times }) => ({
    days: first === last ? nameOf(first) : `${nameOf(first)} – ${nameOf(last)}`,
    times,
  }));
}

/** The place whose clocks count, where they may be others than the visitor's: `Berlin`. */
export function placeOf({ timeZone }: Hours): string | null {
  const mine = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return timeZone === mine ? null : timeZone.split("/").at(-1)!.replaceAll("_", " ");
}
