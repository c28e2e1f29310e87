/**
 * One row, step by step: all that a forward pass, a backward pass and an update compute. It is what a
 * panel shows when a row goes through the bricks. Nothing is dropped, and normalizations of batches
 * use their moving averages, since a single row has no variance.
 */
import type { Wall, Weight, Weights } from "../wall/wall.ts";
import { networkOf } from "./forward.ts";
import { checkTargets, targetsOf } from "./targets.ts";

/** What happens in a brick. */
export interface Passage {
  readonly name: string; // as Keras names it
  readonly inputs: Float32Array;
  readonly outputs: Float32Array;
  /** Of a Dense: input i times its weight to unit u is at `i * units + u`. */
  readonly products: Float32Array | null;
  /** Of a Dense: the sum of a unit's products and its bias, before the activation. */
  readonly preactivations: Float32Array | null;
  readonly weights: readonly Weight[];
  /** The gradient of the loss, with respect to each of these; a frozen weight has none. */
  readonly gradients: {
    readonly outputs: Float32Array;
    readonly preactivations: Float32Array | null;
    readonly inputs: Float32Array;
    readonly weights: readonly (Float32Array | null)[];
  };
  /** The weights after a step on this row: the first of the wall's optimizer. */
  readonly updated: readonly Weight[];
}

export interface Explanation {
  readonly passages: readonly Passage[]; // of each brick, from the lowest
  readonly outputs: Float32Array;
  /** As the loss takes it: a number, a class index, or a one-hot row. */
  readonly target: Float32Array;
  /** With the penalties on weights. */
  readonly loss: number;
}

/**
 * Returns what a step on one row computes. `y` is its target as in `Rows`; weights of null are those
 * that the wall begins with. Raises a `Refusal` for a wall or a target that does not fit.
 */
export function explain(
  wall: Wall,
  weights: Weights | null,
  x: Float32Array,
  y: number,
): Explanation {
  const network = networkOf(wall, weights, 1);
  const row = { rows: 1, inputs: wall.inputs, x, y: Float32Array.of(y) };
  checkTargets(row, wall.loss, network.outputs);
  const target = targetsOf(row, wall.loss, network.outputs);
  const before = network.weights();
  network.forward(x, 1);
  const loss = network.loss(target, 1);

  const { floors } = network;
  const passed: Omit<Passage["gradients"], "weights">[] = [];
  let gradient = network.outputGradient;
  for (const { layer } of floors.toReversed()) {
    const outputs = gradient.slice();
    layer.backward(gradient, 1, true); // which turns it into that of the sums
    const preactivations = layer.preactivations ? gradient.slice() : null;
    gradient = layer.inputGradient;
    passed.unshift({ outputs, preactivations, inputs: gradient.slice() });
  }
  network.addPenalties();
  const ofWeights = floors.map(({ parameters }) =>
    parameters.map((parameter) => (parameter.trained ? parameter.gradient.slice() : null)),
  );
  network.update();
  const after = network.weights();

  const passages = floors.map(({ name, layer }, i): Passage => {
    const inputs = i ? floors[i - 1].layer.outputs.slice() : x.slice();
    const kernel = before[i].find((weight) => weight.name === "kernel");
    return {
      name,
      inputs,
      outputs: layer.outputs.slice(),
      products: kernel ? productsOf(inputs, kernel) : null,
      preactivations: layer.preactivations?.slice() ?? null,
      weights: before[i],
      gradients: { ...passed[i], weights: ofWeights[i] },
      updated: after[i],
    };
  });
  return { passages, outputs: passages[passages.length - 1].outputs, target, loss };
}

function productsOf(inputs: Float32Array, { shape, values }: Weight): Float32Array {
  const units = shape[1];
  return values.map((weight, place) => weight * inputs[Math.floor(place / units)]);
}
