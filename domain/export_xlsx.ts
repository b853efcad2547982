/**
 * A conversation as a workbook: Office Open XML (ECMA-376, part 1, 18.3), as little of it as
 * spreadsheets ask for. What does not fit a sheet goes on in a second one.
 */
import type { ExportedMessage, ExportSource } from "./export_source.ts";
import { reactionsOf, senderOf, wordsOf } from "./export_words.ts";
import { type ZipEntry, zipped } from "./export_zip.ts";

/** What ends a sheet: its rows, the head among them, and about how long its XML may be. */
export interface SheetLimits {
  readonly rowsMax: number;
  readonly unitsMax: number;
}

// What spreadsheets read at most (Microsoft, "Excel specifications and limits").
const sheetLimits: SheetLimits = { rowsMax: 1_048_576, unitsMax: 1 << 30 };
const cellUnitsMax = 32_767;

const columns = [
  "seq",
  "time",
  "sender id",
  "sender name",
  "kind",
  "text",
  "reply to",
  "edited",
  "recalled",
  "reactions",
];

const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n`;
const ooxml = "http://schemas.openxmlformats.org";
const main = `${ooxml}/spreadsheetml/2006/main`;
const relations = `${ooxml}/officeDocument/2006/relationships`;
const packaged = `${ooxml}/package/2006`;
const types = "application/vnd.openxmlformats-officedocument.spreadsheetml";
const relationsType = "application/vnd.openxmlformats-package.relationships+xml";

// Whatever is XML and nothing else is a sheet: how many there will be need not be known.
const contentTypes = `${head}<Types xmlns="${packaged}/content-types">` +
  `<Default Extension="rels" ContentType="${relationsType}"/>` +
  `<Default Extension="xml" ContentType="${types}.worksheet+xml"/>` +
  `<Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/></Types>`;

function relationships(type: string, targets: readonly string[]): string {
  const items = targets.map((target, index) =>
    `<Relationship Id="rId${index + 1}" Type="${relations}/${type}" Target="${target}"/>`
  );
  return `${head}<Relationships xmlns="${packaged}/relationships">${items.join("")}` +
    `</Relationships>`;
}

function workbook(sheets: number): string {
  const items = Array.from({ length: sheets }, (_, index) => {
    const name = index === 0 ? "Messages" : `Messages ${index + 1}`;
    return `<sheet name="${name}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`;
  });
  return `${head}<workbook xmlns="${main}" xmlns:r="${relations}"><sheets>${items.join("")}` +
    `</sheets></workbook>`;
}

function cut(text: string): string {
  return text.length <= cellUnitsMax ? text : `${text.slice(0, cellUnitsMax - 1)}…`;
}

// XML 1.0, production 2: what is no Char, the halves of cut pairs among it, cannot be written at all;
// of the controls that are (C1) it advises against.
const illegal = /[^\P{Cc}\t\n\r]|[\p{Cs}\ufffe\uffff]/gu;
const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#13;",
};

/** Text as a cell holds it: legal XML, and none of Excel's own escapes (`_x000D_`) unless escaped. */
export function cellText(text: string): string {
  return cut(text).replace(illegal, "")
    .replace(/_(?=x[0-9a-f]{4}_)/gi, "_x005F_")
    .replace(/[&<>"\r]/g, (character) => entities[character]!);
}

// A text is a text: what begins with = + - @ is no formula in an inline string.
function cell(value: string | number | undefined, place: string): string {
  if (value === undefined || value === "") return "";
  if (typeof value === "number") return `<c r="${place}"><v>${value}</v></c>`;
  return `<c r="${place}" t="inlineStr"><is><t xml:space="preserve">${
    cellText(value)
  }</t></is></c>`;
}

function row(values: readonly (string | number | undefined)[], number: number): string {
  const cells = values.map((value, at) => cell(value, `${String.fromCharCode(65 + at)}${number}`));
  return `<row r="${number}">${cells.join("")}</row>`;
}

function valuesOf(exported: ExportedMessage): (string | number | undefined)[] {
  const { message } = exported;
  return [
    message.seq,
    message.at,
    message.from ?? "",
    senderOf(exported),
    message.kind,
    wordsOf(exported),
    message.replyTo,
    message.editedAt,
    message.recalledAt,
    reactionsOf(message),
  ];
}

/** Pages that may be taken from in pieces. */
class Pieces {
  #page: ExportedMessage[] = [];
  constructor(readonly pages: AsyncIterator<ExportedMessage[]>) {}

  async hasMore(): Promise<boolean> {
    if (this.#page.length === 0) {
      const next = await this.pages.next();
      this.#page = next.done ? [] : next.value;
    }
    return this.#page.length > 0;
  }

  take(max: number): ExportedMessage[] {
    return this.#page.splice(0, max);
  }
}

async function* sheet(pieces: Pieces, limits: SheetLimits): AsyncGenerator<string> {
  yield `${head}<worksheet xmlns="${main}"><sheetData>${row(columns, 1)}`;
  let rows = 1;
  for (let units = 0; rows < limits.rowsMax && units < limits.unitsMax && await pieces.hasMore();) {
    const taken = pieces.take(limits.rowsMax - rows);
    const text = taken.map((exported) => row(valuesOf(exported), ++rows)).join("");
    units += text.length;
    yield text;
  }
  yield "</sheetData></worksheet>";
}

async function* parts(source: ExportSource, limits: SheetLimits): AsyncGenerator<ZipEntry> {
  yield { name: "[Content_Types].xml", chunks: [contentTypes] };
  yield { name: "_rels/.rels", chunks: [relationships("officeDocument", ["xl/workbook.xml"])] };
  const pieces = new Pieces(source.pages());
  const sheets: string[] = [];
  do {
    sheets.push(`worksheets/sheet${sheets.length + 1}.xml`);
    yield { name: `xl/${sheets.at(-1)}`, chunks: sheet(pieces, limits) };
  } while (await pieces.hasMore());
  const chunks = [relationships("worksheet", sheets)];
  yield { name: "xl/_rels/workbook.xml.rels", chunks };
  yield { name: "xl/workbook.xml", chunks: [workbook(sheets.length)] };
}

/** The workbook's bytes. */
export function workbookOf(
  source: ExportSource,
  limits: SheetLimits = sheetLimits,
): AsyncGenerator<Uint8Array> {
  return zipped(parts(source, limits));
}
