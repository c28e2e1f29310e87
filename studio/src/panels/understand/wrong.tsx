/** Goes to a row whose answer is wrong; of numbers, to the one that is farthest off. */
import { useComputed } from "@preact/signals";
import type { Prepared } from "../../data/table.ts";
import { decided } from "../../engine/metrics.ts";
import { outputsOf } from "../../state/live.ts";
import { stack, status } from "../../state/store.ts";
import { nextRow } from "../../understand/rows.ts";
import { t } from "../../words/words.ts";
import { say } from "../toast.tsx";
import { chosenRows, pick, picked } from "./state.ts";

/** Products of an answer for all rows that is not waited for: more are computed when one asks. */
const MOST_PRODUCTS = 5e7;

/** Returns the next wrong row after one, null if all are right; undefined where nothing is trained. */
function wrongAfter(index: number): number | null | undefined {
  const rows = chosenRows.value?.rows;
  const outputs = rows && outputsOf(rows.x, rows.rows)?.at(-1);
  if (!outputs) return undefined;
  const width = outputs.length / rows.rows;
  return nextRow(rows.rows, index, (i) => decided(outputs, i, width) !== rows.y[i]);
}

/** Whether all rows are right, where it has stopped and that is soon known. */
function allRight(data: Prepared): boolean {
  const rows = chosenRows.value?.rows.rows ?? 0;
  const products = stack.value.reduce((sum, place) => sum + place.synapses, 0);
  if (data.task === "regression" || status.value === "running") return false;
  return rows * products <= MOST_PRODUCTS && wrongAfter(0) === null;
}

function toWorst(): void {
  const chosen = chosenRows.value;
  const outputs = chosen && outputsOf(chosen.rows.x, chosen.rows.rows)?.at(-1);
  if (!outputs) return;
  const { rows, set } = chosen;
  const off = (index: number) => Math.abs(outputs[index] - rows.y[index]);
  let worst = 0;
  for (let index = 1; index < rows.rows; index++) if (off(index) > off(worst)) worst = index;
  pick(set, worst);
}

function toWrong(): void {
  const found = wrongAfter(picked.value.index);
  if (found === null) say(t("understand.allright"));
  else if (found !== undefined && chosenRows.value) pick(chosenRows.value.set, found);
}

export function ToWrong({ data }: { data: Prepared }) {
  const none = useComputed(() => allRight(data)).value;
  const numbers = data.task === "regression";
  return (
    <button type="button" class="button" disabled={none} onClick={numbers ? toWorst : toWrong}>
      {t(numbers ? "understand.worst" : none ? "understand.allright" : "understand.wrong")}
    </button>
  );
}
