/** Times and days as people say them, in the language of the page. */
import { locale } from "./language.ts";

const formats = new Map<string, Intl.DateTimeFormat>();

// Making one takes longer than using it a hundred times.
function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale.value} ${JSON.stringify(options)}`;
  const found = formats.get(key) ?? new Intl.DateTimeFormat(locale.value, options);
  formats.set(key, found);
  return found;
}

function daysBetween(from: Date, to: Date): number {
  const midnight = (at: Date) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
  return Math.round((midnight(to) - midnight(from)) / 86_400_000);
}

function relativeDay(days: number): string {
  const words = new Intl.RelativeTimeFormat(locale.value, { numeric: "auto" }).format(-days, "day");
  return words.charAt(0).toLocaleUpperCase(locale.value) + words.slice(1);
}

/** `14:05` or `2:05 PM`. */
export function timeOf(at: string): string {
  return format({ hour: "numeric", minute: "2-digit" }).format(new Date(at));
}

/** `Today`, `Yesterday`, `Monday`, `3 March`, `3 March 2024`. */
export function dayOf(at: string, now = new Date()): string {
  const date = new Date(at);
  const days = daysBetween(date, now);
  if (days === 0 || days === 1) return relativeDay(days);
  if (days > 1 && days < 7) return format({ weekday: "long" }).format(date);
  const isThisYear = date.getFullYear() === now.getFullYear();
  return format({ day: "numeric", month: "long", ...(isThisYear ? {} : { year: "numeric" }) })
    .format(date);
}

/** The shortest that tells it apart in a list: a time today, else a day. */
export function briefly(at: string, now = new Date()): string {
  const date = new Date(at);
  const days = daysBetween(date, now);
  if (days === 0) return timeOf(at);
  if (days > 0 && days < 7) return format({ weekday: "short" }).format(date);
  return format({ day: "numeric", month: "numeric", year: "2-digit" }).format(date);
}

/** Day and time, in full. */
export function fullTimeOf(at: string): string {
  return format({ dateStyle: "full", timeStyle: "short" }).format(new Date(at));
}
