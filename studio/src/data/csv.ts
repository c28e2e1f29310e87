/** A CSV file that the user brings becomes a table, or is refused in words. */
import { columnsOf } from "./columns.ts";
import { decode } from "./decode.ts";
import { DataError } from "./errors.ts";
import { isText, profile, usable } from "./kinds.ts";
import { delimiterOf, readRows } from "./rows.ts";
import type { Column, Note, Table } from "./table.ts";

export const LARGEST_FILE = 20e6; // bytes

/** Names that a column to learn often has. */
const TARGETS = new RegExp(
  "^(?:target|labels?|class|y|species|variety|정답|목표|라벨|결과|이탈|진단)$|" +
    // "Customer churn", "is_fraud": such a word ends a name.
    "(?:^|[\\W_]|^is)(?:target|outcome|diagnosis|churn(?:ed)?|exited|attrition|survived|fraud|spam|default(?:ed)?|이탈 ?여부)$",
  "i",
);
const YES_OR_NO = /^(?:yes|no|y|n|true|false|예|네|아니요|아니오)$/i;

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
    format: {
      delimiter,
      decimalComma: read.decimalComma,
      encoding,
      skipped: rows[0].line - 1 + Number(named !== null),
      header: read.header,
      missing: read.missing,
    },
  };
}

/** Refuses a file before it is read. */
export function checkSize(bytes: number): void {
  if (bytes > LARGEST_FILE)
    throw new DataError("data.refused.size", { megabytes: bytes / 1e6, limit: LARGEST_FILE / 1e6 });
}

/** Returns what is probably to be learned: by its name, a last yes or no, or the last of use. */
function targetOf(columns: readonly Column[]): string {
  const good = columns.filter(usable);
  const likely = good.find(({ name }) => TARGETS.test(name)) ?? good.findLast(isYesOrNo);
  return (likely ?? good.at(-1) ?? columns[columns.length - 1]).name;
}

function isYesOrNo(column: Column): boolean {
  const { counts } = profile(column);
  return isText(column) && counts.size === 2 && [...counts.keys()].every(saysYesOrNo);
}

const saysYesOrNo = (value: string | number) => YES_OR_NO.test(String(value));
