/** Computes what each input adds to an answer, in slices, so that the page goes on meanwhile. */
import { useEffect, useState } from "preact/hooks";
import { networkOf } from "../../engine/forward.ts";
import { prepared, project, snapshot } from "../../state/store.ts";
import type { InputColumn } from "../../understand/columns.ts";
import { evenly } from "../../understand/rows.ts";
import { type Effort, effortFor, PORTION, type Shares, shapley } from "../../understand/shapley.ts";
import type { Weights } from "../../wall/wall.ts";
import { row } from "./state.ts";

/** Milliseconds before it begins, so that a slider is not waited for, and of a slice of the work. */
const [REST, SLICE] = [150, 12];

/** Shares, and what they are of. */
export interface Told {
  readonly shares: Shares;
  readonly effort: Effort;
  readonly x: Float32Array;
  readonly weights: Weights;
  readonly output: number;
}

/** Computes the shares in slices, anew for another row, output or weights. */
export function useShares(
  output: number,
  columns: readonly InputColumn[],
): { told: Told | null; done: number } {
  const data = prepared.value;
  const now = snapshot.value;
  const x = row.value?.x;
  const { wall } = project.value;
  const [told, setTold] = useState<Told | null>(null);
  const [done, setDone] = useState(0);
  useEffect(() => {
    if (!data || !now || !x || now.weights.length !== wall.bricks.length) return;
    const effort = effortFor(columns.length, data.training.rows);
    const network = networkOf(wall, now.weights, PORTION);
    const width = network.outputs;
    const run = shapley({
      answer: (from, rows) => {
        const outputs = network.forward(from, rows);
        return Float64Array.from({ length: rows }, (_, i) => outputs[i * width + output]);
      },
      row: x,
      background: evenly(data.training, effort.background).x,
      columns: columns.map(({ inputs }) => inputs),
      orders: effort.orders,
    });
    let timer = 0;
    let part = 0;
    const work = () => {
      const end = performance.now() + SLICE;
      while (performance.now() < end) {
        const next = run.next();
        if (next.done)
          return setTold({ shares: next.value, effort, x, weights: now.weights, output });
        part = next.value;
      }
      setDone(part);
      timer = window.setTimeout(work);
    };
    timer = window.setTimeout(work, REST);
    return () => clearTimeout(timer);
  }, [data, now, x, wall, output]);
  return { told, done };
}
