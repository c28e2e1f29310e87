/** The rows of one cell of the confusion matrix: what is true of them, and what the wall answers. */
import { decided } from "../../engine/metrics.ts";
import { outputsOf } from "../../state/live.ts";
import { prepared } from "../../state/store.ts";
import { show } from "../../state/view.ts";
import { nextRow } from "../../understand/rows.ts";
import { type Cell, chosenRows, pick, picked } from "./state.ts";

/** Returns the nearest row of a cell after one, or before it; null where it has none by now. */
function near({ truth, answer }: Cell, index: number, direction: 1 | -1): number | null {
  const rows = chosenRows.value?.rows;
  const outputs = rows && outputsOf(rows.x, rows.rows)?.at(-1);
  if (!outputs) return null;
  const width = outputs.length / rows.rows;
  const isIn = (i: number) => rows.y[i] === truth && decided(outputs, i, width) === answer;
  return nextRow(rows.rows, index, isIn, direction);
}

/** Goes on to the next row of a cell; returns whether there is one. */
export function step(cell: Cell, direction: 1 | -1): boolean {
  const found = near(cell, picked.value.index, direction);
  if (found !== null && chosenRows.value) pick(chosenRows.value.set, found, cell);
  return found !== null;
}

/** Opens the panel that explains at the first row of a cell; the arrows go on in it. */
export function openCell(cell: Cell): void {
  pick(prepared.value?.validation ? "validation" : "training", -1);
  if (!step(cell, 1)) pick(picked.value.set, 0);
  show("understand");
  requestAnimationFrame(() => document.getElementById("understand-following")?.focus());
}
