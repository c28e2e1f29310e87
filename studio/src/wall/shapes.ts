/** What fits on what: sockets and studs of each brick, and every misfit with its repair. */
import type { Prepared } from "../data/table.ts";
import { BRICKS, complete } from "./catalogue.ts";
import { type Brick, newId, type Wall } from "./wall.ts";

export interface Place {
  readonly brick: Brick;
  readonly index: number;
  readonly name: string; // as Keras names it: dense, dense_1, dropout ...
  readonly inputs: number; // sockets
  readonly outputs: number; // studs
  readonly parameters: number;
  readonly synapses: number; // inputs x units of a Dense, else 0
}

export interface Repair {
  readonly key: string;
  readonly values: Readonly<Record<string, string | number>>;
  readonly wall: Wall;
}

export interface Misfit {
  /** Where it shows: the index of a brick; -1: the baseplate; the number of bricks: the figure on top. */
  readonly at: number;
  readonly key: string; // of `words`: misfit.*
  readonly values: Readonly<Record<string, string | number>>;
  /** The wall with the repair, and its name in `words`: repair.*; null if there is none. */
  readonly repair: Repair | null;
  /** Where one may have meant something else: a repair that is offered beside it, and before it. */
  readonly instead?: Repair | undefined;
  /** A warning trains all the same. */
  readonly warning?: boolean;
}

/** Returns a class's name as Keras writes it in small letters: BinaryCrossentropy, binary_crossentropy. */
export const snake = (name: string) =>
  name.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, "_").toLowerCase();

/** Returns the bricks with their sockets and studs, as far up as they are known. */
export function places(wall: Wall): Place[] {
  const counts: Record<string, number> = {};
  let width = wall.inputs;
  return wall.bricks.map((brick, index) => {
    const base = snake(brick.kind);
    const nth = counts[base] ?? 0;
    counts[base] = nth + 1;
    const inputs = brick.fixed?.inputs ?? width;
    const config = complete(BRICKS[brick.kind].fields, brick.config);
    const outputs = brick.kind === "Dense" ? (config.units as number) : inputs;
    let parameters = 0;
    if (brick.kind === "Dense") parameters = inputs * outputs + (config.use_bias ? outputs : 0);
    else if (brick.kind === "BatchNormalization")
      parameters = inputs * (2 + Number(config.center) + Number(config.scale));
    else if (brick.kind === "LayerNormalization")
      parameters = inputs * (Number(config.center) + Number(config.scale));
    width = outputs;
    return {
      brick,
      index,
      inputs,
      outputs,
      parameters,
      name: nth ? `${base}_${nth}` : base,
      synapses: brick.kind === "Dense" ? inputs * outputs : 0,
    };
  });
}

/** Returns the activation of a brick; null for one that has none. */
export function activationOf({ kind, config }: Brick): string | null {
  const { fields } = BRICKS[kind];
  return fields.activation ? (complete(fields, config).activation as string) : null;
}

/** Returns the activation of the topmost brick, if it has one. */
export function lastActivation({ bricks }: Pick<Wall, "bricks">): string {
  const top = bricks.at(-1);
  return (top && activationOf(top)) ?? "linear";
}

/** The activation and loss that go with a task. */
export const FITTING = {
  binary: {
    activation: "sigmoid",
    losses: [
      "binary_crossentropy",
      "mean_squared_error",
      "mean_absolute_error",
      "hinge",
      "huber",
      "log_cosh",
    ],
  },
  classes: {
    activation: "softmax",
    losses: ["sparse_categorical_crossentropy", "categorical_crossentropy"],
  },
  regression: {
    activation: "linear",
    losses: ["mean_squared_error", "mean_absolute_error", "huber", "log_cosh", "poisson"],
  },
} as const;

function withBrick(wall: Wall, index: number, config: Brick["config"]): Wall {
  return {
    ...wall,
    bricks: wall.bricks.map((brick, i) =>
      i === index ? { ...brick, config: { ...brick.config, ...config } } : brick,
    ),
  };
}

/** Returns the wall with other arguments of its top brick, where that is a Dense that is not fixed. */
export function withTop(wall: Wall, config: Brick["config"]): Wall {
  const top = wall.bricks.at(-1);
  return top?.kind === "Dense" && !top.fixed
    ? withBrick(wall, wall.bricks.length - 1, config)
    : wall;
}

/** What an activation can return, where that is not every number. */
const RANGES: Readonly<Record<string, readonly [low: number, high: number]>> = {
  sigmoid: [0, 1],
  hard_sigmoid: [0, 1],
  softmax: [0, 1],
  tanh: [-1, 1],
  softsign: [-1, 1],
  relu: [0, Number.POSITIVE_INFINITY],
  relu6: [0, 6],
  softplus: [0, Number.POSITIVE_INFINITY],
  exponential: [0, Number.POSITIVE_INFINITY],
};

/** Whether some targets are numbers that an activation never returns. */
function outOfReach(activation: string, y: Float32Array): boolean {
  const range = RANGES[activation];
  return range !== undefined && y.some((value) => value < range[0] || value > range[1]);
}

/** Returns every misfit of a wall, on the data it is to learn (null: none chosen yet). */
export function misfits(wall: Wall, data: Prepared | null): Misfit[] {
  const stack = places(wall);
  if (!data) return weightBricks(wall, stack);
  return [
    ...baseplate(wall, data),
    ...weightBricks(wall, stack),
    ...outputs(wall, stack, data),
    ...loss(wall, data),
    ...topActivation(wall, stack, data),
  ];
}

/** The baseplate has a stud for each input. */
function baseplate(wall: Wall, data: Prepared): Misfit[] {
  const inputs = data.inputs.length;
  if (inputs === wall.inputs) return [];
  const repair = { key: "repair.inputs", values: { data: inputs }, wall: { ...wall, inputs } };
  return [{ at: -1, key: "misfit.inputs", values: { data: inputs, wall: wall.inputs }, repair }];
}

/** A weight brick has as many sockets as when it was trained. */
function weightBricks(wall: Wall, stack: readonly Place[]): Misfit[] {
  const found: Misfit[] = [];
  let studs = wall.inputs;
  for (const { brick, index, outputs } of stack) {
    if (brick.fixed && brick.fixed.inputs !== studs) {
      const { inputs: sockets, name } = brick.fixed;
      const values = { studs, sockets, name };
      found.push({ at: index, key: "misfit.studs", values, repair: joined(wall, stack, index) });
    }
    studs = outputs;
  }
  return found;
}

/** The brick below gets as many units as a weight brick has sockets; or one is put between. */
function joined(wall: Wall, stack: readonly Place[], index: number): Misfit["repair"] {
  const units = wall.bricks[index].fixed?.inputs as number;
  const below = wall.bricks[index - 1];
  if (below?.kind === "Dense" && !below.fixed) {
    const values = { units, name: stack[index - 1].name };
    return { key: "repair.units", values, wall: withBrick(wall, index - 1, { units }) };
  }
  const adapter: Brick = {
    id: newId(),
    kind: "Dense",
    config: { units, activation: "relu" },
  };
  const bricks = wall.bricks.toSpliced(index, 0, adapter);
  return { key: "repair.adapter", values: { units }, wall: { ...wall, bricks } };
}

/** The top has as many studs as the targets need. */
function outputs(wall: Wall, stack: readonly Place[], data: Prepared): Misfit[] {
  const at = stack.length;
  const studs = stack.at(-1)?.outputs ?? wall.inputs;
  if (studs === data.outputs) return [];
  const config = { units: data.outputs, activation: FITTING[data.task].activation };
  const top = wall.bricks.at(-1);
  const fewer = top?.kind === "Dense" &&
    !top.fixed && {
      key: "repair.units",
      values: { units: data.outputs, name: stack[at - 1].name },
      wall: withBrick(wall, at - 1, config),
    };
  const output = {
    key: "repair.output",
    values: { units: data.outputs },
    wall: { ...wall, bricks: [...wall.bricks, { id: newId(), kind: "Dense", config }] },
  };
  const values = { studs, outputs: data.outputs, target: data.target };
  const found = { at, key: "misfit.outputs", values };
  if (!fewer) return [{ ...found, repair: output }];
  // A brick that stands alone is the first of several, or the only one.
  return [at > 1 ? { ...found, repair: fewer } : { ...found, repair: output, instead: fewer }];
}

function loss(wall: Wall, data: Prepared): Misfit[] {
  const losses: readonly string[] = FITTING[data.task].losses;
  if (losses.includes(wall.loss)) return [];
  const [wanted] = losses;
  const values = { loss: wall.loss, task: data.task };
  const repair = { key: "repair.loss", values: { loss: wanted }, wall: { ...wall, loss: wanted } };
  return [{ at: wall.bricks.length, key: "misfit.loss", values, repair }];
}

/** The activations whose outputs a crossentropy takes. */
const PROBABILITIES: Readonly<Record<string, readonly string[]>> = {
  classes: ["softmax"],
  binary: ["sigmoid", "hard_sigmoid"],
};

/** The output, the topmost Dense, answers; what lies on it changes the answer. */
function topActivation(wall: Wall, stack: readonly Place[], data: Prepared): Misfit[] {
  const at = stack.length - 1;
  if (at < 0 || stack[at].outputs !== data.outputs) return [];
  const output = wall.bricks.findLastIndex(({ kind }) => kind === "Dense");
  const misplaced = onOutput(wall, stack, output);
  if (misplaced) return [misplaced];
  const activation = lastActivation(wall);
  const wanted = FITTING[data.task].activation;
  const inner = output >= 0 && output < at ? activationOf(wall.bricks[output]) : null;
  if (inner === wanted) return data.task === "regression" ? [] : [twice(wall, wanted)];
  if (inner !== null && inner !== "linear" && activation === wanted)
    return [confined(wall, output, inner)];
  const key = whyNot(activation, wall.loss, data);
  if (!key) return [];
  const top = wall.bricks[at];
  const repair =
    BRICKS[top.kind].fields.activation && !top.fixed
      ? {
          key: "repair.activation",
          values: { activation: wanted },
          wall: withBrick(wall, at, { activation: wanted }),
        }
      : null;
  const values = { activation, loss: wall.loss, wanted, target: data.target };
  return [{ at, key, values, repair, warning: true }];
}

/** Dropout, noise or a normalization above the output belongs below it. */
function onOutput(wall: Wall, stack: readonly Place[], output: number): Misfit | null {
  const top = wall.bricks[stack.length - 1];
  if (output < 0 || activationOf(top) !== null) return null;
  const without = wall.bricks.slice(0, -1);
  const repair = {
    key: "repair.below",
    values: { kind: top.kind, name: stack[output].name },
    wall: { ...wall, bricks: without.toSpliced(output, 0, top) },
  };
  return {
    at: stack.length - 1,
    key: "misfit.top",
    values: { kind: top.kind },
    repair,
    warning: true,
  };
}

/** An activation on an output that has the fitting one already. */
function twice(wall: Wall, wanted: string): Misfit {
  const at = wall.bricks.length - 1;
  const activation = lastActivation(wall);
  const repair = {
    key: "repair.activation.off",
    values: { activation },
    wall: { ...wall, bricks: wall.bricks.slice(0, -1) },
  };
  return { at, key: "misfit.twice", values: { activation, wanted }, repair, warning: true };
}

/** An output whose own activation leaves the one above it a part of its range: a sigmoid of a relu is at least 0.5. */
function confined(wall: Wall, output: number, inner: string): Misfit {
  const linear = { activation: "linear" };
  return {
    at: output,
    key: "misfit.confined",
    values: { inner, activation: lastActivation(wall) },
    repair: { key: "repair.activation", values: linear, wall: withBrick(wall, output, linear) },
    warning: true,
  };
}

function whyNot(activation: string, loss: string, data: Prepared): string | null {
  if (activation === "softmax" && data.outputs === 1) return "misfit.softmax";
  if (data.task === "regression")
    return outOfReach(activation, data.training.y) ? "misfit.range" : null;
  const fits = !loss.endsWith("crossentropy") || PROBABILITIES[data.task].includes(activation);
  return fits ? null : "misfit.activation";
}
