/** What a browser complains of while a test runs: all of it fails the test, unless it was expected. */
/// <reference lib="dom" />
import type { BrowserContext, ConsoleMessage, Request } from "playwright-core";

/** A page that was blocked from doing something by its own policy. */
interface Violation {
  readonly directive: string;
  readonly blocked: string;
  readonly sample: string;
}

function textOf(message: ConsoleMessage): string {
  const { url, lineNumber } = message.location();
  return `console: ${message.text()}${url === "" ? "" : ` (${url}:${lineNumber})`}`;
}

/** Everything that a context's pages complained of. */
export class Complaints {
  readonly texts: string[] = [];
  readonly #expected: RegExp[] = [];

  /** Listens to a new context, before it has pages. */
  static async of(context: BrowserContext): Promise<Complaints> {
    const complaints = new Complaints();
    await complaints.#listen(context);
    return complaints;
  }

  async #listen(context: BrowserContext): Promise<void> {
    const take = (text: string) => void this.texts.push(text);
    context.on("console", (message) => {
      if (message.type() === "error") take(textOf(message));
    });
    context.on("weberror", (error) => take(`page: ${error.error().stack ?? error.error()}`));
    context.on("requestfailed", (request: Request) => {
      const { errorText = "" } = request.failure() ?? {};
      // Given up by the page itself, or because it was left.
      if (errorText === "net::ERR_ABORTED") return;
      take(`request: ${request.method()} ${request.url()} ${errorText}`);
    });
    context.on("page", (page) => page.on("crash", () => take(`crash: ${page.url()}`)));
    await context.exposeBinding(
      "patterTestViolation",
      (_, { directive, blocked, sample }: Violation) =>
        take(`policy: ${directive} blocked ${blocked} ${sample}`),
    );
    await context.addInitScript(() => {
      document.addEventListener(
        "securitypolicyviolation",
        ({ effectiveDirective: directive, blockedURI: blocked, sample }) => {
          const told = globalThis as unknown as { patterTestViolation(said: Violation): void };
          told.patterTestViolation({ directive, blocked, sample });
        },
      );
    });
  }

  /**
   * From now on what fits is no failure; what came before it neither. A complaint reads `console: …`,
   * `page: …`, `request: METHOD url net::ERR_…`, `policy: directive blocked …` or `crash: url`.
   */
  expect(...fitting: RegExp[]): void {
    this.#expected.push(...fitting);
  }

  /** What nobody expected. */
  get unexpected(): string[] {
    return this.texts.filter((text) => !this.#expected.some((fits) => fits.test(text)));
  }
}
