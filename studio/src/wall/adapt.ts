/** A wall follows its data: as many studs below, and an output that goes with the targets. */
import type { Prepared, Task } from "../data/table.ts";
import { FITTING, misfits, withTop } from "./shapes.ts";
import type { Wall } from "./wall.ts";

const METRICS: Readonly<Record<Task, string>> = {
  binary: "accuracy",
  classes: "accuracy",
  regression: "mean_absolute_error",
};

/**
 * Returns the wall for other data. The baseplate has a stud for each input. The top (output, loss,
 * activation, metric) is changed only where the data of before fitted: a misfit that was there
 * before is the user's to see.
 */
export function adapted(wall: Wall, before: Prepared | null, data: Prepared): Wall {
  const inputs = data.inputs.length;
  let now = wall.inputs === inputs ? wall : { ...wall, inputs };
  if (!before || wall.bricks.length === 0) return retasked(now, before, data);
  if (misfits({ ...wall, inputs: before.inputs.length }, before).length > 0) return now;
  now = retasked(now, before, data);
  for (let round = 0; round < 4; round++) {
    const repair = misfits(now, data).find((problem) => problem.repair)?.repair;
    if (!repair) break;
    now = repair.wall;
  }
  return now;
}

/** A loss of numbers can be computed of classes, too, but nobody who changes the data means that. */
function retasked(wall: Wall, before: Prepared | null, data: Prepared): Wall {
  const { task } = data;
  if (before?.task === task) return wall;
  const isEmpty = wall.bricks.length === 0;
  if (!before && !isEmpty) return wall;
  const { activation, losses } = FITTING[task];
  const changed = { ...wall, loss: losses[0], metrics: [METRICS[task]] };
  return isEmpty ? changed : withTop(changed, { units: data.outputs, activation });
}
