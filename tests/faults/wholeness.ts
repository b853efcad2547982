/** Whether all clients are whole: connected, caught up, and as far as the database in all that they are in. */
import type { Device } from "./device.ts";
import type { Endings } from "./endings.ts";
import type { Cast } from "./people.ts";
import { readStandings, type Standing, type Truth } from "./truth.ts";

const lookEveryMs = 50;

function lacksOf({ memory, isSettled, options: { name } }: Device, standings: Standing[]) {
  if (!isSettled) return [`${name} is not caught up`];
  return standings.flatMap(({ id, lastRev }) => {
    const copy = memory.byId.get(id);
    if (copy === undefined) return [`${name} knows nothing of ${id}`];
    if (copy.rev === lastRev && copy.my?.leftAt === null) return [];
    return [`${name} is at ${copy.rev} of ${lastRev} in ${id}`];
  });
}

/** Looks at all devices of a cast. */
export class Wholeness {
  constructor(
    readonly cast: Cast,
    readonly truth: Truth,
    readonly endings: Pick<Endings, "open">,
  ) {}

  /** What they lack at this moment, in words. */
  async lacking(): Promise<string[]> {
    const standings = await readStandings(this.truth);
    const outliving = this.endings.open.map((name) => `${name} has a connection without a session`);
    const behind = this.cast.people.flatMap(({ id, devices }) => {
      const mine = standings.filter(({ userId }) => userId === id);
      return devices.flatMap((device) => lacksOf(device, mine));
    });
    return [...outliving, ...behind];
  }

  /** Looks until nothing is lacking once all `settled`, or it is too late; gives what still is. */
  async within(
    isLate: () => boolean,
    settled: Promise<void>,
    unanswered: () => string[],
  ): Promise<string[]> {
    let isSettled = false;
    void settled.then(() => isSettled = true);
    for (;;) {
      const lacking = isSettled ? await this.lacking() : unanswered();
      if ((isSettled && lacking.length === 0) || isLate()) return lacking;
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  }
}
