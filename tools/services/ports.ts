/** Finds ports for private servers. */

// Below the range that systems take for outgoing connections: else, while a server is down, a
// client that keeps trying to reconnect can be given that very port and connect to itself.
const portMin = 15_000;
const portMax = 30_000;
const triesMax = 100;

/** A port of the loopback interface that nothing listens on at this moment. */
export function freePort(): number {
  for (let tries = 0; tries < triesMax; tries++) {
    const port = portMin + Math.floor(Math.random() * (portMax - portMin));
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
  throw new Error(`No free port from ${portMin} to ${portMax} in ${triesMax} tries`);
}
