/** Which day it is, for what says times: they read otherwise from midnight on. */
import { type ReadonlySignal, signal } from "@preact/signals";

const day = signal(new Date());

/** Some moment of today; whoever renders with it is rendered again on the next day. */
export const today: ReadonlySignal<Date> = day;

// A minute is soon enough, and right again after a sleep, which one long timer would not be.
setInterval(() => {
  const now = new Date();
  if (now.toDateString() !== day.value.toDateString()) day.value = now;
}, 60_000);
