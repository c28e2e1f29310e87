/** Where a row can be on its way through the wall and back: the steps that one takes it through. */
import { activationOf } from "../wall/shapes.ts";
import type { Brick, Wall } from "../wall/wall.ts";

/**
 * Forward, a Dense has its products, their sum and the activation; backward, what the gradient of its
 * output is made of, what the activation's slope leaves of it, and the gradients of its weights. Other
 * bricks pass in one step each way.
 */
export type Stage =
  | "inputs"
  | "products"
  | "sum"
  | "activation"
  | "passes"
  | "loss"
  | "blame"
  | "slope"
  | "gradients"
  | "returns"
  | "update";

export interface Position {
  readonly stage: Stage;
  readonly brick: number | null; // index
}

const isLinear = (brick: Brick) => activationOf(brick) === "linear";

function upward(brick: Brick): readonly Stage[] {
  if (brick.kind !== "Dense") return ["passes"];
  return isLinear(brick) ? ["products", "sum"] : ["products", "sum", "activation"];
}

function downward(brick: Brick): readonly Stage[] {
  if (brick.kind !== "Dense") return ["returns"];
  return isLinear(brick) ? ["blame", "gradients"] : ["blame", "slope", "gradients"];
}

export function positionsOf({ bricks }: Wall): Position[] {
  const at = (stages: (brick: Brick) => readonly Stage[]) =>
    bricks.map((one, brick) => stages(one).map((stage): Position => ({ stage, brick })));
  return [
    { stage: "inputs", brick: null },
    ...at(upward).flat(),
    { stage: "loss", brick: null },
    ...at(downward).toReversed().flat(),
    { stage: "update", brick: null },
  ];
}

const BACKWARD: readonly Stage[] = ["blame", "slope", "gradients", "returns", "update"];

export const isBackward = ({ stage }: Position) => BACKWARD.includes(stage);
