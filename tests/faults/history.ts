/** What happened in a run, in the order it was seen, and which rule was broken first. */

/** The rules that a run is held to, by the words that a failure is told in. */
export const rules = {
  durable: "What was acknowledged is in the database, with its content (guarantee 1)",
  once: "One (conversation, sender, clientId) is one message (guarantee 2)",
  order: "seq and rev have no holes, and all see one order (guarantee 3)",
  unbroken: "On a live connection each prevRev is the rev before (guarantee 4)",
  stream: "What came live is what the database had at that rev, and all of it (guarantees 3, 4)",
  resume: "Catching up gives exactly what is missing (guarantee 5)",
  whole: "Clients are whole within 10 s of the last cure (guarantee 6)",
  membersOnly: "Nothing comes from a conversation that one is not in (guarantee 7)",
  ended:
    "Nothing of after it comes to a session that has ended, or from whom one blocks (guarantee 7)",
  healthy: "No internal errors, no crashes, no refusal that the contract does not know",
} as const;

/** A rule by its word. */
export type Rule = keyof typeof rules;

/** A rule that was broken, and how. */
export interface Breach {
  readonly rule: Rule;
  readonly detail: string;
  /** Ids and names that the events around it are found by. */
  readonly about: readonly string[];
  readonly atMs: number;
}

interface Event {
  readonly atMs: number;
  readonly text: string;
}

const eventsMax = 20_000;
const shownMax = 40;

/** Keeps the events of one run. */
export class History {
  readonly breaches: Breach[] = [];
  /** Resolves at the first breach. */
  readonly broken: Promise<void>;
  readonly #beganAt = performance.now();
  readonly #names = new Map<string, string>();
  readonly #notable: Event[] = [];
  #events: Event[] = [];
  #break: () => void = () => {};

  /** `print` gets each notable line as it comes. */
  constructor(readonly print: (line: string) => void = () => {}) {
    this.broken = new Promise((resolve) => this.#break = resolve);
  }

  /** Since the run began. */
  get nowMs(): number {
    return Math.round(performance.now() - this.#beganAt);
  }

  /** From now on an id is shown by this name. */
  name(id: string, name: string): void {
    this.#names.set(id, name);
  }

  /** Something small happened: shown when it stands near a breach. */
  note(text: string): void {
    this.#events.push({ atMs: this.nowMs, text });
    if (this.#events.length > eventsMax) this.#events = this.#events.slice(-eventsMax / 2);
  }

  /** Something happened that a reader of the whole run wants to know: faults and cures. */
  tell(text: string): void {
    this.note(text);
    const event = { atMs: this.nowMs, text };
    this.#notable.push(event);
    this.print(this.#line(event));
  }

  /** A rule was broken. */
  breaks(rule: Rule, detail: string, about: readonly string[] = []): void {
    this.note(`BREACH of ${rule}: ${detail}`);
    this.breaches.push({ rule, detail, about, atMs: this.nowMs });
    this.#break();
  }

  /** Everything that was told, then the first breaches with what happened around the first. */
  report(): string {
    const [first, ...others] = this.breaches;
    const lines = this.#notable.map((event) => this.#line(event));
    if (first === undefined) return lines.join("\n");
    return [
      ...["The run:", ...lines],
      ...["", `BROKEN at ${seconds(first.atMs)}: ${rules[first.rule]}`, this.#named(first.detail)],
      ...["", "Before it, about the same:", ...this.#around(first)],
      ...["", `Further breaches: ${others.length}`],
      ...others.slice(0, 5).map(({ rule, detail }) => this.#named(`${rule}: ${detail}`)),
    ].join("\n");
  }

  #around({ about }: Breach): string[] {
    const concerns = ({ text }: Event) =>
      about.length === 0 || about.some((word) => text.includes(word));
    return this.#events.filter(concerns).slice(-shownMax).map((event) => this.#line(event));
  }

  #line({ atMs, text }: Event): string {
    return `${seconds(atMs).padStart(9)}  ${this.#named(text)}`;
  }

  #named(text: string): string {
    return text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, (id) => this.#names.get(id) ?? id);
  }
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(3)} s`;
}
