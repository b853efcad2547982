/** What scenarios hand over, and how it is shown: a table on the screen and `bench/results.md`. */

/** One measured value. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** Such as `/s`, `ms`, `KiB`. */
  readonly unit: string;
  /** What else the run showed, such as the processor share of the load generator. */
  readonly note?: string;
}

/** A ratio (or a plain value) beside what the design asks of it. */
export interface Comparison {
  readonly name: string;
  readonly value: number;
  /** `×` for ratios, else a unit. */
  readonly unit: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** All that one scenario has found. */
export interface Report {
  readonly title: string;
  /** One sentence: what is measured, and how. */
  readonly about: string;
  readonly figures: readonly Figure[];
  readonly comparisons: readonly Comparison[];
}

/** Whether a comparison keeps its bounds. */
export function holds({ value, atLeast = -Infinity, atMost = Infinity }: Comparison): boolean {
  return value >= atLeast && value <= atMost;
}

/** The report as Markdown. */
export function renderReport(report: Report): string {
  const figures = report.figures.map((figure) =>
    `| ${figure.name} | ${shown(figure.value)} ${figure.unit} | ${figure.note ?? ""} |`
  );
  const comparisons = report.comparisons.map((one) =>
    `| ${one.name} | ${shown(one.value)} ${one.unit} | ${target(one)} | ${
      holds(one) ? "holds" : "**missed**"
    } |`
  );
  return [
    `## ${report.title}`,
    "",
    report.about,
    "",
    ...table(["measured", "median", "beside"], figures),
    ...table(["compared", "is", "target", ""], comparisons),
  ].join("\n");
}

/** The comparisons of all reports in one table, for the head of the page. */
export function renderSummary(reports: readonly Report[]): string {
  const rows = reports.flatMap((report) => report.comparisons).map((one) =>
    `| ${one.name} | ${target(one)} | ${shown(one.value)} ${one.unit} | ${
      holds(one) ? "holds" : "**missed**"
    } |`
  );
  return table(["compared", "target", "is", ""], rows).join("\n");
}

function table(head: readonly string[], rows: readonly string[]): string[] {
  if (rows.length === 0) return [];
  return [`| ${head.join(" | ")} |`, `|${head.map(() => "---").join("|")}|`, ...rows, ""];
}

function target({ atLeast, atMost, unit }: Comparison): string {
  return atLeast !== undefined ? `≥ ${atLeast} ${unit}` : `≤ ${atMost} ${unit}`;
}

function shown(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return value.toLocaleString("en", {
    maximumFractionDigits: digits,
    minimumFractionDigits: digits,
  });
}
