/** The pages of the details. */

/** A page; the others are reached from the overview. */
export type DetailsPage = "overview" | "members" | "links" | "requests" | "edit" | "pins";
