/** Sizes of files and pictures as they are shown, and lengths of what plays. */
import { locale } from "../language.ts";

const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** `3.4 MB`, in the language of the page. */
export function sizeOf(bytes: number): string {
  const step = Math.min(units.length - 1, bytes < 1_000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const format = new Intl.NumberFormat(locale.value, {
    style: "unit",
    unit: units[step]!,
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: step > 1 ? 1 : 0,
  });
  return format.format(bytes / 1_000 ** step);
}

/** `0:07`, `12:30`, `1:02:03`. */
export function lengthOf(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1_000));
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  const rest = `${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** Width and height, in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

const shownMax: Size = { width: 340, height: 380 };
const shownMin: Size = { width: 120, height: 72 };

/** The box of a picture in a message: its own shape, within bounds; a usual one while it is not known. */
export function boxOf(width: number | undefined, height: number | undefined): Size {
  if (!width || !height) return { width: 260, height: 195 };
  const scale = Math.min(1, shownMax.width / width, shownMax.height / height);
  return {
    width: Math.round(Math.max(shownMin.width, width * scale)),
    height: Math.round(Math.max(shownMin.height, height * scale)),
  };
}
