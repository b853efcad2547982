/** What an invite link tells about its group. */

/** Enough to decide whether to join. */
export interface GroupFace {
  readonly id: string;
  readonly name: string;
  readonly avatarUrl: string | null;
  readonly memberCount: number;
  readonly joinPolicy: "open" | "approval" | "invite";
}

/** What coming by a link led to. */
export interface Accepted {
  readonly status: "joined" | "pending";
  readonly groupId: string;
}
