/** A CSV file that the user brings becomes a table, or is refused in words. */
import { columnsOf } from "./columns.ts";
import { decode } from "./decode.ts";
import { DataError } from "./errors.ts";
import { isEmpty, usable } from "./kinds.ts";
import { delimiterOf, readRows } from "./rows.ts";
import type { Column, Note, Table } from "./table.ts";

export const LARGEST_FILE = 20e6; // bytes

/** Names that a column to learn often has; else it is the last column. */
const TARGETS =
  /^(?:target|label|class|outcome|y|species|diagnosis|survived|정답|목표|라벨|결과)$/i;

/** Returns the table in the bytes of a file. */
export function readCsv(bytes: Uint8Array, file: string): Table {
  checkSize(bytes.length);
  const { text, encoding } = decode(bytes);
  const notes: Note[] = [];
  if (encoding !== "utf-8") notes.push({ key: "data.note.encoding", values: { encoding } });
  const named = /^sep=([,;|\t])\r?\n/i.exec(text); // a line of Excel's
  const content = named ? text.slice(named[0].length) : text;
  const delimiter = named ? named[1] : delimiterOf(content);
  const rows = readRows(content, delimiter);
  const read = columnsOf(rows, delimiter);
  if (read.columns.length < 2) throw new DataError("data.refused.onecolumn");
  if (read.rows < 2) throw new DataError("data.refused.fewrows", { rows: read.rows });
  return {
    name: file.replace(/\.\w{1,4}$/, "").slice(0, 60),
    columns: read.columns,
    rows: read.rows,
    target: targetOf(read.columns),
    notes: [...notes, ...read.notes],
  };
}

/** Refuses a file before it is read. */
export function checkSize(bytes: number): void {
  if (bytes > LARGEST_FILE)
    throw new DataError("data.refused.size", { megabytes: bytes / 1e6, limit: LARGEST_FILE / 1e6 });
}

function targetOf(columns: readonly Column[]): string {
  const likely = columns.find((column) => TARGETS.test(column.name) && !isEmpty(column));
  return (likely ?? columns.findLast(usable) ?? columns[columns.length - 1]).name;
}
