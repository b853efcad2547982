/** Numbers of this instance for a monitor, in the text format of Prometheus. */
import { Gauge, Registry } from "prom-client";

/** What is measured, and where the number is read when somebody asks. */
export interface Measure {
  readonly name: string;
  readonly help: string;
  read(): number;
}

/** Measures under names that begin with `patter_`; nothing is counted between two looks. */
export class Metrics {
  readonly #registry = new Registry();

  constructor(measures: readonly Measure[]) {
    for (const { name, help, read } of measures) {
      new Gauge({
        name: `patter_${name}`,
        help,
        registers: [this.#registry],
        collect() {
          this.set(read());
        },
      });
    }
  }

  /** The media type of `text`. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All numbers as they are now. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
