/** Columns of the rows of a file: their names, and numbers or texts. */

import { countsOf } from "./counts.ts";
import { listed } from "./notes.ts";
import { hasDecimalComma, isMissing, isPlain, numberIn } from "./numbers.ts";
import type { Row } from "./rows.ts";
import type { Column, Format, Note } from "./table.ts";

export const LONGEST_TEXT = 200;
const LONGEST_NAME = 60;
const SAMPLE = 1000; // rows
const DIRTY = 0.1; // share of a numeric column that may be no number

export interface Columns {
  readonly columns: readonly Column[];
  readonly rows: number;
  readonly notes: readonly Note[];
  readonly decimalComma: boolean;
  readonly header: Format["header"];
  readonly missing: Format["missing"];
}

/** Returns the columns of rows that are apart by `delimiter`, and what was done to them. */
export function columnsOf(rows: readonly Row[], delimiter: string): Columns {
  const notes: Note[] = [];
  const decimalComma = hasDecimalComma(sampled(rows), delimiter === ",");
  if (decimalComma) notes.push({ key: "data.note.comma", values: {} });
  const headed = hasHeader(rows, decimalComma);
  const body = headed ? rows.slice(1) : rows;
  const names = headed ? unique(header(rows), notes) : numbered(widest(rows));
  if (!headed) notes.push({ key: "data.note.headerless", values: { first: "x1" } });
  noteRagged(body, names.length, notes);
  const columns = names.map((name, index) => {
    const cells = body.map((row) => (row.cells[index] ?? "").trim());
    const numbers = isCode(cells) ? null : numbersOf(name, cells, body, decimalComma, notes);
    return numbers ?? textsOf(name, cells, notes);
  });
  const cellAt = (row: number, column: number) => body[row].cells[column] ?? "";
  const missing = missingWords(columns, cellAt, decimalComma);
  noteWords(columns, cellAt, notes);
  const asGiven = JSON.stringify(rows[0].cells) === JSON.stringify(names);
  const named = asGiven && !isLong(body, names.length) ? "names" : "other";
  return {
    columns,
    rows: body.length,
    notes,
    decimalComma,
    header: headed ? named : "none",
    missing,
  };
}

/**
 * Whether the digits of cells are no numbers: more than a number holds, or as many in each cell with
 * zeros in front, as those of postal codes. Two digits may be hours or months.
 */
function isCode(cells: readonly string[]): boolean {
  let [length, isAsLong, hasZeros] = [0, true, false];
  for (const cell of cells) {
    if (!/^\d{1,20}$/.test(cell)) continue;
    if (!Number.isSafeInteger(Number(cell))) return true;
    hasZeros ||= cell.length > 2 && cell.startsWith("0");
    isAsLong &&= length === 0 || cell.length === length;
    length = cell.length;
  }
  return hasZeros && isAsLong;
}

type CellAt = (row: number, column: number) => string;

/** Words for missing values that are told apart. */
export const MOST_WORDS = 8;

/** Returns the words for missing values; undefined where other cells are not as any reader takes them. */
function missingWords(
  columns: readonly Column[],
  cellAt: CellAt,
  decimalComma: boolean,
): string[] | undefined {
  const words = new Set<string>();
  for (const [index, { values }] of columns.entries())
    for (let row = 0; row < values.length; row++) {
      const cell = cellAt(row, index);
      if (isBlank(values[row]) && isMissing(cell)) words.add(cell);
      else if (values instanceof Float64Array && !isPlain(cell, decimalComma)) return undefined;
      else if (cell.length > LONGEST_TEXT || cell !== cell.trim()) return undefined;
    }
  return words.size > MOST_WORDS ? undefined : [...words];
}

/** Whether a cell was read as none; the cells of a large table are not looked at twice. */
const isBlank = (value: number | string) => value === "" || Number.isNaN(value);

/** Says which cells are not empty and have no value all the same, as "n/a". */
function noteWords(columns: readonly Column[], cellAt: CellAt, notes: Note[]): void {
  let count = 0;
  const places: string[] = [];
  for (const [index, { name, values }] of columns.entries()) {
    const words: string[] = [];
    for (let row = 0; row < values.length; row++) {
      if (!isBlank(values[row])) continue;
      const cell = cellAt(row, index).trim();
      if (cell !== "" && isMissing(cell)) words.push(cell);
    }
    count += words.length;
    for (const [word, times] of countsOf(words)) places.push(`${name} (${times} × “${word}”)`);
  }
  if (count) notes.push({ key: "data.note.words", values: { count, places: listed(places) } });
}

function* sampled(rows: readonly Row[]): Iterable<string> {
  for (const { cells } of rows.slice(0, SAMPLE)) for (const cell of cells) yield cell.trim();
}

/**
 * The first row is a header if it has no numbers, or has none in a column that has nothing but
 * numbers below.
 */
function hasHeader(rows: readonly Row[], decimalComma: boolean): boolean {
  const isNumber = (cell = "") => !Number.isNaN(numberIn(cell.trim(), decimalComma));
  const isBlank = (cell = "") => isMissing(cell.trim());
  const [first, ...below] = rows.slice(0, SAMPLE);
  if (!first.cells.some(isNumber)) return true;
  return first.cells.some(
    (cell, index) =>
      !isBlank(cell) &&
      !isNumber(cell) &&
      below.some(({ cells }) => isNumber(cells[index])) &&
      below.every(({ cells }) => isNumber(cells[index]) || isBlank(cells[index])),
  );
}

/** Returns the cells of the header; some programs leave out the one above the names of the rows. */
function header([first, ...body]: readonly Row[]): readonly string[] {
  const width = first.cells.length + 1;
  const unnamed = body.every(({ cells }) => cells.length === width && cells[width - 1] !== "");
  return unnamed && body.length > 0 ? ["", ...first.cells] : first.cells;
}

const widest = (rows: readonly Row[]) =>
  rows.reduce((most, { cells }) => Math.max(most, cells.length), 0);

const numbered = (width: number) => Array.from({ length: width }, (_, index) => `x${index + 1}`);

/** Returns names without control letters, each of them once; " = " is kept for those of categories. */
function unique(cells: readonly string[], notes: Note[]): string[] {
  const taken = new Set<string>();
  const renamed: string[] = [];
  for (const [index, cell] of cells.entries()) {
    const given = cell.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
    const wanted =
      given.replaceAll(" = ", "=").slice(0, LONGEST_NAME).trim() || `unnamed ${index + 1}`;
    let name = wanted;
    for (let nth = 2; taken.has(name); nth++) name = `${wanted} (${nth})`;
    if (name !== given) renamed.push(name);
    taken.add(name);
  }
  if (renamed.length)
    notes.push({
      key: "data.note.renamed",
      values: { count: renamed.length, names: listed(renamed) },
    });
  return [...taken];
}

const isLong = (rows: readonly Row[], width: number) =>
  rows.some(({ cells }) => cells.length > width);

function noteRagged(rows: readonly Row[], width: number, notes: Note[]): void {
  const short = rows.filter(({ cells }) => cells.length < width);
  const long = rows.filter(({ cells }) => cells.slice(width).some((cell) => cell.trim() !== ""));
  const say = (key: string, found: readonly Row[]) => {
    if (found.length === 0) return;
    const { line, cells } = found[0];
    notes.push({ key, values: { count: found.length, line, cells: cells.length, width } });
  };
  say("data.note.short", short);
  say("data.note.long", long);
}

/** Returns a column if nearly all cells are numbers; the others are missing then, which is said. */
function numbersOf(
  name: string,
  cells: readonly string[],
  rows: readonly Row[],
  decimalComma: boolean,
  notes: Note[],
): Column | null {
  const values = new Float64Array(cells.length);
  let [missing, dirty, first] = [0, 0, 0];
  for (const [row, cell] of cells.entries()) {
    values[row] = Number.NaN;
    if (isMissing(cell)) {
      missing += 1;
      continue;
    }
    values[row] = numberIn(cell, decimalComma);
    if (Number.isNaN(values[row]) && ++dirty === 1) first = row;
  }
  const present = cells.length - missing;
  const few = dirty <= DIRTY * present || (dirty === 1 && present > 3);
  if (present === 0 || !few) return null;
  if (dirty) {
    const cell = cells[first].slice(0, 30);
    const where = { column: name, count: dirty, line: rows[first].line, cell };
    notes.push({ key: "data.note.dirty", values: where });
  }
  return { name, values };
}

function textsOf(name: string, cells: readonly string[], notes: Note[]): Column {
  const long = cells.filter((cell) => cell.length > LONGEST_TEXT).length;
  if (long)
    notes.push({
      key: "data.note.cut",
      values: { column: name, count: long, limit: LONGEST_TEXT },
    });
  const values = cells.map((cell) => (isMissing(cell) ? "" : cell.slice(0, LONGEST_TEXT)));
  return { name, values };
}
