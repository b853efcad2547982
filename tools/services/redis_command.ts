/** A word with a private Redis, before any client is trusted with it. */

const answerLimitMs = 1_000;

/** What the Redis on a port of loopback answers to a command, as far as it comes in one piece. */
export async function redisCommand(port: number, command: string): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const timer = setTimeout(() => connection.close(), answerLimitMs);
  try {
    await connection.write(new TextEncoder().encode(`${command}\r\n`));
    const answer = new Uint8Array(4096);
    const length = await connection.read(answer) ?? 0;
    return new TextDecoder().decode(answer.subarray(0, length));
  } finally {
    clearTimeout(timer);
  }
}
