/** What pictures show of a wall: its layers with their sizes and weights. */
import { BRICKS, complete } from "../wall/catalogue.ts";
import type { Place } from "../wall/shapes.ts";
import type { Weight, Weights } from "../wall/wall.ts";
import { SPECIFICATION } from "./specification.ts";

const { percentile: PERCENTILE } = SPECIFICATION.weights;

export interface Layer {
  readonly name: string;
  readonly kind: string;
  readonly inputs: number;
  readonly outputs: number;
  /** Whether every input is connected to every output by a weight. */
  readonly dense: boolean;
  readonly synapses: number;
  readonly parameters: number;
  readonly activation: string; // "linear" for none
  readonly biased: boolean;
  readonly note: string; // such as a dropout rate
  /** inputs x outputs, row by row; null if not known. */
  readonly kernel: Float32Array | null;
  readonly bias: Float32Array | null;
}

/** Returns the class of a layer, with its note: "Dropout 0.2". */
export function kindAndNote({ kind, note }: Layer): string {
  return note ? `${kind} ${note}` : kind;
}

/** Returns the layers of a stack. Weights of another shape, from before an edit, are ignored. */
export function layersOf(stack: readonly Place[], weights: Weights | null): Layer[] {
  return stack.map(({ brick, index, name, inputs, outputs, parameters, synapses }) => {
    const config = complete(BRICKS[brick.kind].fields, brick.config);
    const dense = brick.kind === "Dense";
    return {
      name,
      kind: brick.kind,
      inputs,
      outputs,
      dense,
      synapses,
      parameters,
      activation: typeof config.activation === "string" ? config.activation : "linear",
      biased: dense && config.use_bias === true,
      note: typeof config.rate === "number" ? String(shortNumber(config.rate, 6)) : "",
      kernel: dense ? values(weights?.[index], "kernel", synapses) : null,
      bias: dense ? values(weights?.[index], "bias", outputs) : null,
    };
  });
}

function values(
  weights: readonly Weight[] | undefined,
  name: string,
  size: number,
): Float32Array | null {
  const found = weights?.find((weight) => weight.name === name)?.values;
  return found?.length === size ? found : null;
}

/** Returns a number rounded to a few significant digits, as pictures show it. */
export function shortNumber(value: number, digits = 4): number {
  return Number(value.toPrecision(digits));
}

/** Returns a number as Python writes a float: 0.5, 2.0, 1e-05. */
export function decimal(value: number): string {
  if (Number.isInteger(value)) return `${value}.0`;
  if (Number.isNaN(value)) return "nan";
  if (Math.abs(value) >= 1e-4) return String(value);
  return value.toExponential().replace(/e-(\d)$/, "e-0$1");
}

/**
 * Returns the magnitude of a weight of full strength: a percentile, so that an outlier does not
 * make all others look weak.
 */
export function scaleOf(kernel: Float32Array): number {
  const magnitudes = kernel.filter(Number.isFinite).map(Math.abs).sort();
  if (!magnitudes.length) return 1;
  const at = (PERCENTILE / 100) * (magnitudes.length - 1);
  const below = magnitudes[Math.floor(at)];
  const above = magnitudes[Math.ceil(at)];
  return below + (above - below) * (at - Math.floor(at)) || 1;
}

/**
 * Returns how strongly groups of inputs are connected to the outputs: the root mean square of their
 * weights, relative to the layer's. NaN if a weight is not finite.
 */
export function influence(
  layer: Layer,
  groups: readonly (readonly [first: number, end: number])[],
): number[] {
  const { kernel, inputs, outputs } = layer;
  if (!kernel) return [];
  const squares = new Float64Array(inputs);
  for (let i = 0; i < inputs; i++) {
    let sum = 0;
    for (let j = 0; j < outputs; j++) sum += kernel[i * outputs + j] ** 2;
    squares[i] = sum / outputs;
  }
  const known = squares.filter(Number.isFinite);
  const mean = known.length ? known.reduce((a, b) => a + b) / known.length || 1 : 1;
  return groups.map(([first, end]) => {
    let sum = 0;
    for (let i = first; i < end; i++) sum += squares[i];
    return Math.sqrt(sum / (end - first) / mean);
  });
}

/** Returns the green of a strength from 0 to 1: s0 to s4. */
export function stepOf(strength: number): number {
  const steps = SPECIFICATION.greens.length;
  return Math.min(steps - 1, Math.floor(Math.abs(strength) * steps));
}

/** Returns the classes of a weight with a strength from -1 to 1: its green and its sign. */
export function strengthClasses(strength: number): string {
  if (Number.isNaN(strength)) return "nan";
  return `s${stepOf(strength)} ${strength < 0 ? "neg" : "pos"}`;
}

/** Returns a layer's strengths, from -1 to 1; null if its weights are not known. */
export function strengths(layer: Layer): Float64Array | null {
  if (!layer.kernel) return null;
  const scale = scaleOf(layer.kernel);
  return Float64Array.from(layer.kernel, (value) => Math.max(-1, Math.min(1, value / scale)));
}
