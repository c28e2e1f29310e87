/** A wall follows its data: as many studs below, and an output that goes with the targets. */
import type { Prepared } from "../data/table.ts";
import { misfits } from "./shapes.ts";
import type { Wall } from "./wall.ts";

/**
 * Returns the wall for other data. The baseplate has a stud for each input. The repairs of the top
 * (output, loss, activation) are made only where data of before fitted: a misfit that was there
 * before is the user's to see.
 */
export function adapted(wall: Wall, before: Prepared | null, data: Prepared): Wall {
  const fitted =
    before !== null &&
    wall.bricks.length > 0 &&
    misfits({ ...wall, inputs: before.inputs.length }, before).length === 0;
  let now = wall.inputs === data.inputs.length ? wall : { ...wall, inputs: data.inputs.length };
  if (!fitted) return now;
  for (let round = 0; round < 4; round++) {
    const repair = misfits(now, data).find((problem) => problem.repair)?.repair;
    if (!repair) break;
    now = repair.wall;
  }
  if (data.task === "regression") return { ...now, metrics: ["mean_absolute_error"] };
  return before.task === "regression" ? { ...now, metrics: ["accuracy"] } : now;
}
