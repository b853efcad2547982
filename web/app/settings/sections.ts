/** The parts of the settings, in their order. */

/** The parts, as they stand in addresses. */
export const sections = [
  "profile",
  "looks",
  "alerts",
  "presence",
  "password",
  "devices",
  "blocked",
  "account",
] as const;

/** A part. */
export type Section = (typeof sections)[number];

/** The part at an address; the profile when there is none. */
export function sectionOf(at: string | undefined): Section {
  return sections.find((section) => section === at) ?? "profile";
}
