/** One neuron of a row's passage through a Dense: its terms, its sum, and their gradients. */
import type { Passage } from "../engine/explain.ts";

export interface Term {
  readonly input: number; // index
  readonly value: number; // of the signal
  readonly weight: number;
  readonly product: number;
  readonly gradient: number | null; // null: frozen
  readonly updated: number;
}

export interface Bias {
  readonly value: number;
  readonly gradient: number | null;
  readonly updated: number;
}

export interface Neuron {
  /** In the order that was asked for. */
  readonly terms: readonly Term[];
  /** The terms that are not shown one by one. */
  readonly rest: { readonly count: number; readonly sum: number } | null;
  readonly bias: Bias | null;
  readonly sum: number;
  readonly output: number;
  readonly outputGradient: number;
  readonly sumGradient: number;
}

/** Returns the inputs whose products with a unit's weights are the largest, at most so many. */
export function largest({ products, inputs }: Passage, unit: number, most: number): number[] {
  if (!products) return [];
  const units = products.length / inputs.length;
  const size = (input: number) => Math.abs(products[input * units + unit]);
  return Array.from(inputs, (_, input) => input)
    .sort((a, b) => size(b) - size(a) || a - b)
    .slice(0, most);
}

/** Returns a unit of a Dense, with the terms of these inputs. */
export function neuronOf(passage: Passage, unit: number, shown: readonly number[]): Neuron {
  const { inputs, outputs, products, preactivations, weights, gradients, updated } = passage;
  if (!products || !preactivations || !gradients.preactivations)
    throw new Error("only a Dense has neurons");
  const units = outputs.length;
  const of = (name: string) => weights.findIndex((weight) => weight.name === name);
  const [kernel, bias] = [of("kernel"), of("bias")];
  const valueAt = (weight: number, place: number) => ({
    value: weights[weight].values[place],
    gradient: gradients.weights[weight]?.[place] ?? null,
    updated: updated[weight].values[place],
  });
  const terms = shown.map((input): Term => {
    const place = input * units + unit;
    const { value: weight, ...rest } = valueAt(kernel, place);
    return { input, value: inputs[input], weight, product: products[place], ...rest };
  });
  let others = 0;
  const listed = new Set(shown);
  for (let input = 0; input < inputs.length; input++)
    if (!listed.has(input)) others += products[input * units + unit];
  const count = inputs.length - shown.length;
  return {
    terms,
    rest: count ? { count, sum: others } : null,
    bias: bias < 0 ? null : valueAt(bias, unit),
    sum: preactivations[unit],
    output: outputs[unit],
    outputGradient: gradients.outputs[unit],
    sumGradient: gradients.preactivations[unit],
  };
}

/** What a unit above adds to the gradient of an output: its own gradient times the weight between. */
export interface Blame {
  readonly unit: number;
  readonly gradient: number;
  readonly weight: number;
  readonly product: number;
}

/** Returns how the gradient of an output comes together from the Dense above, the largest first. */
export function blameOf({ weights, gradients }: Passage, input: number): Blame[] {
  const kernel = weights.find((weight) => weight.name === "kernel");
  const { preactivations } = gradients;
  if (!kernel || !preactivations) return [];
  const units = preactivations.length;
  return Array.from(preactivations, (gradient, unit): Blame => {
    const weight = kernel.values[input * units + unit];
    return { unit, gradient, weight, product: gradient * weight };
  }).sort((a, b) => Math.abs(b.product) - Math.abs(a.product) || a.unit - b.unit);
}
