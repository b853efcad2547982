/** The seats of those who send in a room, at hand until a change may have moved them. */
import type { Seat } from "../domain/seats.ts";
import type { Changes } from "../schemas/conversations.ts";

/** Seats by user. */
export class RoomSeats {
  readonly #seats = new Map<string, Seat>();

  /** A seat that was kept here. */
  get(userId: string): Seat | undefined {
    return this.#seats.get(userId);
  }

  /** Keeps a seat for a user who has a connection here. */
  keep(userId: string, seat: Seat): void {
    this.#seats.set(userId, seat);
  }

  /** Forgets a seat: its user has no connection here any more, or another place. */
  drop(userId: string): void {
    this.#seats.delete(userId);
  }

  /** Forgets what these changes have made untrue. */
  update({ members, conversation }: Changes): void {
    for (const { userId } of members) this.#seats.delete(userId);
    if (conversation === null) return;
    // Of what a seat is made of this alone is the same for all: when it changes, all are void.
    for (const seat of this.#seats.values()) {
      if (seat.mutedAll !== conversation.mutedAll) this.#seats.clear();
      return;
    }
  }
}
