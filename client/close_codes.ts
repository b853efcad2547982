/** What the end of a socket asks of the client; the server's side of it is realtime/close_codes.ts. */

/** How a socket ended: its close frame, or 1006 without one. */
export interface Ending {
  readonly code: number;
  /** The server's word for the code. */
  readonly reason?: string;
}

/** 4500 to 4999: do not reconnect, also for codes of later servers. */
export function isFinal({ code }: Ending): boolean {
  return code >= 4_500 && code < 5_000;
}

/** Why, in a word; `connectionLost` for all that the server did not mean. */
export function reasonOf(ending: Ending): string {
  const { code, reason } = ending;
  return reason || (isFinal(ending) ? `closed${code}` : "connectionLost");
}
