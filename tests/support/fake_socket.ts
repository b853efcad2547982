/** A WebSocket's server side without a network: what was sent is kept, and sending can be made to fail. */
import type { Received } from "./client.ts";

/** Stands in for the WebSocket of a connection. */
export class FakeSocket {
  readonly frames: string[] = [];
  /** The code that it was closed with. */
  closeCode: number | null = null;
  /** From now on sending throws. */
  isDead = false;
  bufferedAmount = 0;
  readyState: number = WebSocket.OPEN;

  send(frame: string): void {
    if (this.isDead) throw new Error("The socket is dead");
    this.frames.push(frame);
  }

  close(code: number): void {
    if (this.readyState >= WebSocket.CLOSING) return;
    this.closeCode = code;
    this.readyState = WebSocket.CLOSING;
  }

  /** All messages that were sent, in order. */
  get messages(): Received[] {
    return this.frames.flatMap((frame) => [JSON.parse(frame)].flat() as Received[]);
  }
}
