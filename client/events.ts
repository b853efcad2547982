/** Listening by name: each event has a type of its own, and listening gives the way to stop it. */

/** Tells listeners what happens; `Events` maps names to what is told. */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(told: never) => void>>();

  /** Listens; call what it returns to stop. */
  on<Name extends keyof Events>(name: Name, listen: (told: Events[Name]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listen));
    return () => void listeners.delete(listen);
  }

  /** Tells all who listen. */
  emit<Name extends keyof Events>(name: Name, told: Events[Name]): void {
    for (const listen of [...this.#listeners.get(name) ?? []]) {
      try {
        (listen as (told: Events[Name]) => void)(told);
      } catch (error) {
        // A fault of the listener: it must be seen, and neither stop the others nor what called us.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
