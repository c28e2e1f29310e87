/** A probe: rows and the network's outputs for them, which a reader of the file compares with its own. */
import type { Scale } from "../data/table.ts";
import { Network } from "../engine/network.ts";
import type { Wall, Weights } from "../wall/wall.ts";

/** A network as a file has it: it may scale what comes in and what goes out. */
export interface Probed {
  readonly wall: Wall;
  readonly weights: Weights;
  readonly scales?: readonly Scale[] | null | undefined;
  readonly targetScale?: Scale | null | undefined;
}

export const PROBE_ROWS = 2;
export const EPSILON = 1e-7; // a Normalization divides by no less

/** Returns rows about as large as the network's inputs are: spread from -1 to 1 where it scales none. */
export function probeRows({ wall: { inputs }, scales }: Probed): Float32Array {
  return Float32Array.from({ length: PROBE_ROWS * inputs }, (_, i) => {
    const { mean, std } = scales?.[i % inputs] ?? { mean: 0, std: 1 };
    return mean + std * Math.sin(i + 1);
  });
}

/** Returns the network's outputs for the rows of a probe. */
export function outputsFor(probed: Probed, x: Float32Array): Float32Array {
  const { wall, weights, scales, targetScale } = probed;
  const bricks = wall.bricks.map((brick, i) => ({ ...brick, weights: weights[i] }));
  const network = new Network({ ...wall, bricks }, PROBE_ROWS);
  const given = scales ? scaled(x, scales) : x;
  const y = network.forward(given, PROBE_ROWS).slice(0, PROBE_ROWS * network.outputs);
  if (!targetScale) return y;
  const { mean, std } = targetScale;
  return y.map((value) => Math.fround(value * Math.fround(std)) + Math.fround(mean));
}

/** Returns what a Normalization with these means and variances makes of rows. */
function scaled(x: Float32Array, scales: readonly Scale[]): Float32Array {
  return x.map((value, i) => {
    const { mean, std } = scales[i % scales.length];
    return (value - Math.fround(mean)) / Math.max(Math.sqrt(Math.fround(std * std)), EPSILON);
  });
}

/** What another processor's rounding may change at most, in shares of the largest output. */
const NEAR = 1e-3;

/** Whether outputs are the same but for rounding; an overflow must be one in both. */
export function agree(found: Float32Array, expected: Float32Array): boolean {
  const sizes = expected.filter(Number.isFinite).map(Math.abs);
  const most = NEAR * Math.max(1, ...sizes);
  return expected.every(
    (value, i) => Object.is(value, found[i]) || Math.abs(value - found[i]) <= most,
  );
}
