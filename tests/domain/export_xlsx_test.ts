/** Exports as workbooks: whole archives of well-formed parts, in which text is text and nothing else. */
import { unzipSync } from "fflate";
import { strict as assert } from "node:assert";
import { openSource } from "../../domain/export_source.ts";
import { cellText, workbookOf } from "../../domain/export_xlsx.ts";
import { exportPath, fileOf, fill } from "../support/exports.ts";
import { acts } from "../support/rich.ts";
import { openWorld, test } from "../support/world.ts";
import { type Element, parseXml } from "../support/xml.ts";

const world = await openWorld();
const server = await world.instance();

function partsOf(bytes: Uint8Array): Record<string, Element> {
  return Object.fromEntries(
    Object.entries(unzipSync(bytes)).map(([name, part]) =>
      [name, parseXml(new TextDecoder("utf-8", { fatal: true }).decode(part))] as const
    ),
  );
}

function rowsIn(sheet: Element): Element[] {
  assert.equal(sheet.name, "worksheet");
  return sheet.children[0]!.children;
}

/** Cells by the head of their columns, each with how it is typed. */
function cellsOf(sheet: Element): Record<string, [type: string, value: string]>[] {
  const [head, ...rows] = rowsIn(sheet);
  const titles = new Map(
    head!.children.map(({ attributes, text }) => [attributes["r"]!.replace(/\d+/, ""), text]),
  );
  return rows.map(({ children }) =>
    Object.fromEntries(
      children.map(({ attributes: { r, t = "n" }, text }) =>
        [titles.get(r!.replace(/\d+/, ""))!, [t, text]] as const
      ),
    )
  );
}

const hostile = [
  `=HYPERLINK("https://evil.example","click")`,
  "+1+1",
  "-2",
  "@SUM(A1)",
  "</t></is></c>&amp;<![CDATA[ ]]>",
  "  spaces  and\r\nlines\t",
  "\u0001\u0008\u000b\u001f\ufffe control",
  "_x0041_ _X000d_",
  "👩‍👩‍👧 שלום \u202e",
];

test("a workbook has a cell of text for every text, whatever it begins with or holds", async () => {
  const { ana, bo, id } = await server.pair();
  await ana.do("PATCH", "/v1/users/me", { nickname: `=1+1 <"&'>` });
  for (const text of hostile) await ana.says(text, id);
  const { seq: edited } = await bo.says("once", id);
  await acts(bo, id).edit(edited, "twice");
  await acts(ana, id).react(edited, "👍");
  const { seq: gone } = await bo.says("gone", id);
  await acts(bo, id).recall(gone);
  await bo.do("POST", `/v1/conversations/${id}/messages`, {
    clientId: "reply",
    kind: "text",
    body: { text: "reply" },
    replyTo: edited,
  });
  const parts = partsOf(await fileOf(ana, exportPath(id, "xlsx")));
  const rows = cellsOf(parts["xl/worksheets/sheet1.xml"]!);
  assert.equal(rows.length, hostile.length + 3);
  for (const row of rows) {
    assert.equal(row["seq"]![0], "n");
    for (const [title, [type]] of Object.entries(row)) {
      if (!["seq", "reply to"].includes(title)) assert.equal(type, "inlineStr", title);
    }
  }
  assert.deepEqual(rows[0]!["sender name"], ["inlineStr", `=1+1 <"&'>`]);
  const texts = rows.map((row) => row["text"]?.[1]);
  assert.deepEqual(texts.slice(0, 6), hostile.slice(0, 6));
  assert.deepEqual(texts.slice(6, 9), [" control", "_x005F_x0041_ _x005F_X000d_", hostile[8]]);
  const [twice, recalled, reply] = rows.slice(-3);
  assert.deepEqual([twice!["text"]![1], twice!["reactions"]![1]], ["twice", "👍 1"]);
  assert.match(twice!["edited"]![1], /^\d{4}-\d\d-\d\dT.*Z$/);
  assert.equal(recalled!["text"], undefined);
  assert.match(recalled!["recalled"]![1], /^\d{4}-\d\d-\d\dT.*Z$/);
  assert.deepEqual(reply!["reply to"], ["n", String(edited)]);
});

test("the parts of a workbook name one another, and nothing that is not there", async () => {
  const { ana, id } = await server.pair();
  const parts = partsOf(await fileOf(ana, exportPath(id, "xlsx")));
  assert.deepEqual(Object.keys(parts).sort(), [
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/_rels/workbook.xml.rels",
    "xl/workbook.xml",
    "xl/worksheets/sheet1.xml",
  ]);
  assert.equal(parts["_rels/.rels"]!.children[0]!.attributes["Target"], "xl/workbook.xml");
  const [overridden] = parts["[Content_Types].xml"]!.children.filter(({ name }) =>
    name === "Override"
  );
  assert.equal(overridden!.attributes["PartName"], "/xl/workbook.xml");
  assert.equal(rowsIn(parts["xl/worksheets/sheet1.xml"]!).length, 1, "the head alone");
});

test("what does not fit a sheet goes on in the next one", async () => {
  const { ana, bo, id } = await server.pair();
  await fill(world, id, bo, { count: 450 });
  const source = await openSource(server.patter.app, ana.actor, id);
  const limits = { rowsMax: 151, unitsMax: 1_000_000 };
  const chunks = await Array.fromAsync(workbookOf(source, limits));
  const parts = partsOf(await new Blob(chunks as BlobPart[]).bytes());
  const relations = parts["xl/_rels/workbook.xml.rels"]!.children;
  const sheets = parts["xl/workbook.xml"]!.children[0]!.children;
  assert.equal(sheets.length, 3);
  const seqs = sheets.flatMap(({ attributes }, index) => {
    const relation = relations.find(({ attributes: { Id } }) => Id === attributes["r:id"])!;
    assert.equal(attributes["name"], index === 0 ? "Messages" : `Messages ${index + 1}`);
    const cells = cellsOf(parts[`xl/${relation.attributes["Target"]}`]!);
    assert.equal(cells.length, 150);
    return cells.map((row) => Number(row["seq"]![1]));
  });
  assert.deepEqual(seqs, Array.from({ length: 450 }, (_, index) => index + 1));
});

test("a text that is longer than a cell may be is cut, never within a character", () => {
  const cut = cellText("👍".repeat(20_000));
  assert.ok(cut.isWellFormed());
  assert.ok(cut.endsWith("👍…"));
  assert.ok(cut.length <= 32_767);
});
