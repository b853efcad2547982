/** Opening hours: whether somebody answers now, by the clocks of the inbox's place. */
import type { Hours } from "../schemas/inboxes.ts";

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** The weekday (0: Sunday) and the time (`HH:MM`) that clocks of a time zone show at a moment. */
function localTime(timeZone: string, at: Date): { day: number; time: string } {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(at);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
  return {
    day: weekdays.indexOf(part("weekday")),
    time: `${part("hour")}:${part("minute")}`,
  };
}

/** Whether it is within the hours; without any it always is. Spans end before the minute they name. */
export function isOpenAt(hours: Hours | null, at: Date): boolean {
  if (hours === null) return true;
  const { day, time } = localTime(hours.timeZone, at);
  return hours.days.some((span) => span.day === day && span.from <= time && time < span.to);
}
