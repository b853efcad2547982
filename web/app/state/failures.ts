/** Why something failed, in words: one place for every code that a person may meet. */
import { PatterError } from "../../../client/mod.ts";
import { failureWords } from "./failure_words.ts";

/** What is wrong, by field; under `""` what is wrong at all. */
export type Faults = Readonly<Record<string, string>>;

// The server's own words for a field are English and for programmers.
function fieldFault(path: string): string {
  const { codes, fields } = failureWords();
  const field = path.split(".")[0]!;
  return fields[field] ?? codes.invalidInput!;
}

function kindOf(error: PatterError): "server" | "refused" {
  return (error.problem?.status ?? 0) >= 500 ? "server" : "refused";
}

/** The words for a failure; what is no failure of a request is a mistake in the program, and thrown on. */
export function explain(error: unknown): string {
  if (!(error instanceof PatterError)) throw error;
  const { codes, kinds } = failureWords();
  return codes[error.code] ?? kinds[kindOf(error)];
}

/** The same, beside the fields that it is about where the server says which. */
export function faultsOf(error: unknown): Faults {
  const inAll = explain(error);
  const fields = (error as PatterError).problem?.errors ?? [];
  if (fields.length === 0) return { "": inAll };
  return Object.fromEntries(fields.map(({ path }) => [path.split(".")[0]!, fieldFault(path)]));
}
