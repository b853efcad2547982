/** Whether the details of the open conversation are shown beside it. */
import { signal } from "@preact/signals";

/** Shown: members, files, what one may change. */
export const areDetailsShown = signal(false);
