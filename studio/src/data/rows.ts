/**
 * The rows of a CSV text. It is read once, from left to right, whatever it holds: no text takes
 * longer than in proportion to its length, and limits are looked at on the way.
 */
import { countsOf } from "./counts.ts";
import { DataError } from "./errors.ts";

export const LIMITS = { rows: 100_000, columns: 1000, cells: 4_000_000, cell: 1_000_000 } as const;

export interface Row {
  readonly cells: readonly string[];
  readonly line: number; // where it begins, from 1
}

const [NEWLINE, RETURN, SPACE, QUOTE] = [10, 13, 32, 34];

/**
 * Returns the rows that are not blank, the first `most` of them. A quote opens a quoted cell at its
 * beginning alone and closes it at its end alone, two stand for one, and every other is a letter.
 */
export function readRows(text: string, delimiter: string, most = LIMITS.rows + 1): Row[] {
  const separator = delimiter.charCodeAt(0);
  const rows: Row[] = [];
  let cells: string[] = [];
  let total = 0;
  let at = 0;
  let line = 1;

  const ends = (position: number) => {
    const code = text.charCodeAt(position);
    return code === separator || code === NEWLINE || code === RETURN || position >= text.length;
  };

  function plain(): string {
    const from = at;
    while (!ends(at)) at += 1;
    return text.slice(from, at);
  }

  function quoted(): string {
    const opened = line;
    const from = at + 1;
    let doubled = false;
    for (at += 1; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === NEWLINE || (code === RETURN && text.charCodeAt(at + 1) !== NEWLINE)) line += 1;
      if (code !== QUOTE) continue;
      if (text.charCodeAt(at + 1) === QUOTE) {
        doubled = true;
        at += 1;
        continue;
      }
      let after = at + 1;
      while (text.charCodeAt(after) === SPACE) after += 1;
      if (!ends(after)) continue;
      const cell = text.slice(from, at);
      at = after;
      return doubled ? cell.replaceAll('""', '"') : cell;
    }
    throw new DataError("data.refused.quote", { line: opened });
  }

  function add(cell: string, rowLine: number): void {
    if (cell.length > LIMITS.cell)
      throw new DataError("data.refused.cell", { line: rowLine, limit: LIMITS.cell });
    cells.push(cell);
    total += 1;
    if (cells.length > LIMITS.columns)
      throw new DataError("data.refused.columns", { line: rowLine, limit: LIMITS.columns });
    if (total > LIMITS.cells) throw new DataError("data.refused.cells", { limit: LIMITS.cells });
  }

  while (at < text.length && rows.length < most) {
    const rowLine = line;
    for (;;) {
      add(text.charCodeAt(at) === QUOTE ? quoted() : plain(), rowLine);
      if (text.charCodeAt(at) !== separator) break;
      at += 1;
    }
    if (text.charCodeAt(at) === RETURN && text.charCodeAt(at + 1) === NEWLINE) at += 1;
    at += 1;
    line += 1;
    if (cells.some((cell) => cell.trim() !== "")) rows.push({ cells, line: rowLine });
    cells = [];
  }
  if (rows.length === LIMITS.rows + 1 && text.slice(at).trim() !== "")
    throw new DataError("data.refused.rows", { limit: LIMITS.rows });
  return rows;
}

export const DELIMITERS = ["\t", ";", "|", ","] as const;
const SAMPLE = 200; // rows

/**
 * Returns the delimiter that gives most rows the same number of cells, more than one. Of equals the
 * rarer letter wins, since a comma may stand in a number.
 */
export function delimiterOf(text: string): string {
  let best = ",";
  let highest = 0;
  for (const delimiter of DELIMITERS) {
    const share = evenness(text, delimiter);
    if (share > highest) [best, highest] = [delimiter, share];
  }
  return best;
}

/** Returns the share of rows that have the most frequent number of cells; 0 if that is one cell. */
function evenness(text: string, delimiter: string): number {
  let rows: Row[];
  try {
    rows = readRows(text, delimiter, SAMPLE);
  } catch (error) {
    // Too many columns are columns all the same; this is said when the whole text is read.
    return error instanceof DataError && error.key === "data.refused.columns" ? 0.01 : 0;
  }
  let [width, times] = [1, 0];
  for (const [cells, rowsOfThese] of countsOf(rows.map((row) => row.cells.length)))
    if (rowsOfThese > times) [width, times] = [cells, rowsOfThese];
  return width > 1 ? times / rows.length : 0;
}
