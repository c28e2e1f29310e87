/** Where a row comes from: its place in the user's table, and the columns that name it. */
import { profile } from "../data/kinds.ts";
import { type Column, cellOf, type Prepared, type Table } from "../data/table.ts";
import { nextRow } from "./rows.ts";

/** Returns the columns that are no input but tell rows apart: ids, names, dates, what was left out. */
export function namingColumns(table: Table, { inputs, target }: Prepared): Column[] {
  const isUsed = ({ name }: Column) =>
    name === target || inputs.some((input) => input === name || input.startsWith(`${name} = `));
  const tells = (column: Column) => !["empty", "constant"].includes(profile(column).kind);
  const isId = (column: Column) => Number(profile(column).kind === "id");
  return table.columns
    .filter((column) => !isUsed(column) && tells(column))
    .sort((a, b) => isId(b) - isId(a));
}

/**
 * Returns the next row after one that has a text, in a circle: as its id, or else as its own number
 * from 1, or else as another whole cell, or else as a part of a cell. null: none has it.
 */
export function findRow(
  rows: number,
  columns: readonly Column[],
  text: string,
  after: number,
): number | null {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return null;
  const next = (fits: (cell: string) => boolean, among = columns) =>
    nextRow(rows, after, (row) => among.some((column) => fits(cellOf(column, row).toLowerCase())));
  const isWanted = (cell: string) => cell === wanted;
  const ids = columns.filter((column) => profile(column).kind === "id");
  const numbered = /^\d+$/.test(wanted) && Number(wanted) >= 1 && Number(wanted) <= rows;
  return (
    next(isWanted, ids) ??
    (numbered ? Number(wanted) - 1 : (next(isWanted) ?? next((cell) => cell.includes(wanted))))
  );
}
