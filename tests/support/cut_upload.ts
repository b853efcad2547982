/** An upload over a bare connection, which a test feeds byte by byte and may cut at any of them. */
import { patchHead } from "./uploads.ts";
import { within } from "./waiting.ts";
import type { Person } from "./world.ts";

/** A PATCH whose body comes when the test wants it. */
export class SlowPatch implements Disposable {
  #isClosed = false;

  private constructor(readonly connection: Deno.Conn) {}

  /** Sends the head of a request that announces `length` bytes. */
  static async open(
    person: Person,
    id: string,
    request: { offset: number; length: number; headers?: Record<string, string>; url?: string },
  ): Promise<SlowPatch> {
    const { hostname, port } = new URL(request.url ?? person.at.url);
    const connection = await Deno.connect({ hostname, port: Number(port) });
    const slow = new SlowPatch(connection);
    await slow.send(patchHead(person, id, request));
    return slow;
  }

  /** Sends bytes. */
  async send(bytes: Uint8Array | string): Promise<void> {
    const all = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
    for (let sent = 0; sent < all.length;) sent += await this.connection.write(all.subarray(sent));
  }

  /** The status of the answer. */
  async status(): Promise<number> {
    const buffer = new Uint8Array(4_096);
    const count = await within("the answer to a PATCH", this.connection.read(buffer));
    return Number(new TextDecoder().decode(buffer.subarray(0, count ?? 0)).split(" ")[1]);
  }

  /** Cuts it off. */
  [Symbol.dispose](): void {
    if (!this.#isClosed) this.connection.close();
    this.#isClosed = true;
  }
}
