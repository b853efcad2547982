/** Sockets that a test cuts: at random while it wants, and each frame on its way with them. */

/** How the network is. */
export interface Weather {
  /** How likely a frame is the last of its socket, either way. */
  cut: number;
  readonly random: () => number;
}

/** A WebSocket class whose sockets break as the weather is; what is on its way is lost with them. */
export function lossySockets(weather: Weather): typeof WebSocket {
  return class LossySocket extends WebSocket {
    #isCut = false;
    #take: ((event: MessageEvent) => void) | null = null;

    // Nobody tells of the end of a connection that is cut, until somebody asks.
    #cut(): void {
      this.#isCut = true;
      super.close();
      this.onclose?.(new CloseEvent("close", { code: 1006 }));
    }

    override set onmessage(take: ((event: MessageEvent) => void) | null) {
      this.#take = take;
      super.onmessage = take === null ? null : (event: MessageEvent) => this.#receive(event);
    }

    override get onmessage() {
      return this.#take;
    }

    #receive(event: MessageEvent): void {
      if (this.#isCut) return;
      if (weather.random() < weather.cut) return this.#cut();
      this.#take?.(event);
    }

    override send(frame: string): void {
      if (this.#isCut) return;
      if (weather.random() < weather.cut) return this.#cut();
      super.send(frame);
      // It arrives; its answer does not.
      if (weather.random() < weather.cut) this.#cut();
    }
  };
}
