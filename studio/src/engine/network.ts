/**
 * A wall as a network: forward, backward, one step. All arrays are made when it is built, and none
 * in a step.
 */
import type { Wall, Weight } from "../wall/wall.ts";
import { type Floor, floorsOf } from "./floors.ts";
import type { Parameter } from "./layers/layer.ts";
import { type Loss, losses } from "./losses.ts";
import { MersenneTwister } from "./mersenne.ts";
import { type Rule, ruleOf } from "./optimizers.ts";
import { addPenaltyGradient, penalize } from "./penalties.ts";
import { Refusal, type Said } from "./said.ts";

export class Network {
  /** The width of the bottom, and of the top. */
  readonly inputs: number;
  readonly outputs: number;
  readonly floors: readonly Floor[];
  /** The seed of the order of rows, as `compile` draws it. */
  readonly shuffleSeed: number;
  /** The gradient of the loss with respect to the top's outputs. */
  readonly outputGradient: Float32Array;
  /** How many steps were taken. */
  steps = 0;
  /** The loss of the last step, with all penalties. */
  lastLoss = 0;
  readonly #loss: Loss;
  readonly #rule: Rule;
  readonly #penalized: readonly Parameter[];
  readonly #lowest: number; // the lowest floor that is trained
  readonly #weights: Float32Array; // all that are trained
  readonly #gradients: Float32Array;
  readonly #slots: readonly Float32Array[];
  readonly #state: Float32Array; // weights and slots
  readonly #before: Float32Array; // the state before the step

  /**
   * Builds the network of a wall that fits (see `checks.ts`), for at most so many rows at a time.
   * Seeds are drawn as Keras does it: `set_random_seed(wall.seed)`, then the model, from the lowest
   * layer to the highest, then `compile`.
   */
  constructor(
    wall: Wall,
    readonly most: number,
  ) {
    this.inputs = wall.inputs;
    const generator = new MersenneTwister(wall.seed);
    this.floors = floorsOf(wall, most, generator);
    this.shuffleSeed = generator.seed(2 ** 31 - 1);
    this.outputs = this.floors[this.floors.length - 1].outputs;
    this.outputGradient = new Float32Array(most * this.outputs);
    this.#loss = losses[wall.loss as keyof typeof losses];
    this.#rule = ruleOf(wall.optimizer);
    this.#lowest = this.floors.findIndex((floor) => floor.parameters.some((p) => p.trained));

    const trained = this.#parameters().filter((parameter) => parameter.trained);
    const count = trained.reduce((sum, parameter) => sum + parameter.values.length, 0);
    this.#penalized = trained.filter((parameter) => parameter.penalty);
    this.#state = new Float32Array(count * (1 + this.#rule.slots.length));
    this.#before = new Float32Array(this.#state.length);
    this.#gradients = new Float32Array(count);
    this.#weights = this.#state.subarray(0, count);
    this.#slots = this.#rule.slots.map((value, i) =>
      this.#state.subarray((i + 1) * count, (i + 2) * count).fill(value),
    );
    placeSideBySide(trained, this.#weights, this.#gradients);
  }

  /** Returns the outputs of the top for rows; `step` is null when it does not train. */
  forward(x: Float32Array, rows: number, step: number | null = null): Float32Array {
    let given = x;
    for (let i = 0; i < this.floors.length; i += 1) {
      const { layer } = this.floors[i];
      layer.forward(given, rows, step);
      given = layer.outputs;
    }
    return given;
  }

  /** Returns the loss of the rows that were passed forward, with all penalties. */
  loss(targets: Float32Array, rows: number): number {
    const { layer } = this.floors[this.floors.length - 1];
    let total = this.#loss(layer.outputs, targets, rows, this.outputs, this.outputGradient);
    for (const { penalty, values } of this.#penalized)
      if (penalty) total += penalize(penalty, values);
    return Math.fround(total);
  }

  /** Sets the gradients of all weights that are trained, after `loss`. */
  backward(rows: number): void {
    if (this.#lowest < 0) return;
    let gradient = this.outputGradient;
    for (let i = this.floors.length - 1; i >= this.#lowest; i -= 1) {
      const { layer } = this.floors[i];
      layer.backward(gradient, rows, i > this.#lowest);
      gradient = layer.inputGradient;
    }
    this.addPenalties();
  }

  /** Adds the gradients of the penalties to those of the weights. */
  addPenalties(): void {
    for (const { penalty, values, gradient } of this.#penalized) {
      if (penalty) addPenaltyGradient(penalty, values, gradient);
    }
  }

  /** Updates the weights by their gradients; returns whether all are finite. */
  update(): boolean {
    this.#rule.update(this.#weights, this.#gradients, this.#slots, this.steps + 1);
    return finite(this.#weights);
  }

  /**
   * Takes a step on a batch and returns null; or changes nothing, where the loss or the new weights
   * are not finite, and returns what is not.
   */
  step(x: Float32Array, targets: Float32Array, rows: number): Said | null {
    this.forward(x, rows, this.steps);
    this.lastLoss = this.loss(targets, rows);
    if (!Number.isFinite(this.lastLoss)) return this.#notFinite(rows);
    this.backward(rows);
    this.#before.set(this.#state);
    if (!this.update()) {
      const name = this.floors.find((floor) =>
        floor.parameters.some((p) => !finite(p.values)),
      )?.name;
      this.#state.set(this.#before);
      return { key: "engine.notfinite.weights", values: { name: name ?? "" } };
    }
    for (const { layer } of this.floors) layer.commit?.();
    this.steps += 1;
    return null;
  }

  /** Says what the first value is that is not finite. */
  #notFinite(rows: number): Said {
    for (const { name, layer, outputs, parameters } of this.floors) {
      if (!parameters.every((parameter) => finite(parameter.values))) {
        return { key: "engine.notfinite.weights", values: { name } };
      }
      if (!finite(layer.outputs.subarray(0, rows * outputs))) {
        return { key: "engine.notfinite.output", values: { name } };
      }
    }
    return { key: "engine.notfinite.loss", values: {} };
  }

  #parameters(): Parameter[] {
    return this.floors.flatMap((floor) => floor.parameters);
  }

  /** Returns the outputs for any number of rows: those of each brick, or of the top alone. */
  predict(x: Float32Array, rows: number, all: boolean): Float32Array[] {
    const shown = all ? this.floors : this.floors.slice(-1);
    const found = shown.map(({ outputs }) => new Float32Array(rows * outputs));
    for (let first = 0; first < rows; first += this.most) {
      const count = Math.min(this.most, rows - first);
      this.forward(x.subarray(first * this.inputs, (first + count) * this.inputs), count);
      shown.forEach(({ layer, outputs }, i) => {
        found[i].set(layer.outputs.subarray(0, count * outputs), first * outputs);
      });
    }
    return found;
  }

  /** Returns copies of the weights of each brick, from the lowest. */
  weights(): Weight[][] {
    return this.floors.map(({ parameters }) =>
      parameters.map(({ name, shape, values }) => ({ name, shape, values: values.slice() })),
    );
  }

  /** Replaces all weights, in the order of `weights()`. */
  assign(values: readonly Float32Array[]): void {
    const parameters = this.#parameters();
    const wanted = parameters.map((parameter) => parameter.values.length);
    if (String(wanted) !== String(values.map((array) => array.length))) {
      throw new Refusal({
        key: "engine.assign",
        values: { count: values.length, wanted: wanted.length },
      });
    }
    parameters.forEach((parameter, i) => {
      parameter.values.set(values[i]);
    });
  }
}

function placeSideBySide(
  parameters: readonly Parameter[],
  weights: Float32Array,
  gradients: Float32Array,
): void {
  let start = 0;
  for (const parameter of parameters) {
    const end = start + parameter.values.length;
    weights.set(parameter.values, start);
    parameter.values = weights.subarray(start, end);
    parameter.gradient = gradients.subarray(start, end);
    start = end;
  }
}

/** Whether all numbers are finite: a sum of float32 numbers cannot overflow in float64. */
export function finite(values: Float32Array): boolean {
  let even = 0;
  let odd = 0;
  const pairs = values.length & ~1;
  for (let i = 0; i < pairs; i += 2) {
    even += values[i];
    odd += values[i + 1];
  }
  if (pairs < values.length) even += values[pairs];
  return Number.isFinite(even + odd);
}
