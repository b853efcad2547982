/** The REST calls with which scenarios set up their world, many at a time. */

const callsAtOnce = 16;

/** A signed-in user. */
export interface Person {
  readonly id: string;
  readonly token: string;
}

/** The REST interface of one server. */
export class Api {
  readonly #base: string;

  constructor(port: number) {
    this.#base = `http://127.0.0.1:${port}/v1`;
  }

  /** Calls and gives the body; throws on any answer but 2xx. */
  async call<T>(person: Person | null, method: string, path: string, body?: unknown): Promise<T> {
    return JSON.parse(await this.send(person, method, path, body)) as T;
  }

  /** Calls and gives the body as text, empty where there is none; throws on any answer but 2xx. */
  async send(
    person: Person | null,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<string> {
    const response = await fetch(this.#base + path, {
      method,
      headers: {
        "content-type": "application/json",
        ...person === null ? {} : { authorization: `Bearer ${person.token}` },
      },
      ...body === undefined ? {} : { body: JSON.stringify(body) },
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text;
  }

  /** The time in ms that one GET takes, its body read whole. */
  async time(person: Person, path: string): Promise<number> {
    const startedAt = performance.now();
    await this.call(person, "GET", path);
    return performance.now() - startedAt;
  }
}

/** Does the same with every item, some at a time; gives the results in order. */
export async function forEach<T, R>(
  items: readonly T[],
  act: (item: T, position: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = Array(items.length);
  let next = 0;
  const work = async () => {
    while (next < items.length) {
      const position = next++;
      results[position] = await act(items[position]!, position);
    }
  };
  await Promise.all(Array.from({ length: callsAtOnce }, work));
  return results;
}
