/**
 * Initial weights, by the rules of `brickwork.initializers` and in float32 like these: uniform
 * values have the same bits. Normal values may differ in the last bit, because NumPy's logarithm and
 * cosine do so from one processor to another.
 */
import type { INITIALIZERS } from "../wall/catalogue.ts";
import type { MersenneTwister } from "./mersenne.ts";
import { type Key, threefry, unit } from "./random.ts";

export type Initializer = (typeof INITIALIZERS)[number];

/** The standard deviation of a standard normal distribution that is cut off at 2. */
const TRUNCATED_STDDEV = 0.87962566103423978;

const round = Math.fround;

/** The variance is scale / n, where n is the number of inputs, or its mean with that of outputs. */
const SCALED = {
  glorot_uniform: { scale: 1, average: true, uniform: true },
  glorot_normal: { scale: 1, average: true, uniform: false },
  he_uniform: { scale: 2, average: false, uniform: true },
  he_normal: { scale: 2, average: false, uniform: false },
  lecun_uniform: { scale: 1, average: false, uniform: true },
  lecun_normal: { scale: 1, average: false, uniform: false },
} as const;

/**
 * Returns a function that makes the initial values of a weight. A random one takes its seed from the generator
 * at once, whether the values are wanted or not, so that the seeds after it stay the same.
 */
export function initial(
  name: Initializer,
  shape: readonly number[],
  generator: MersenneTwister,
): () => Float32Array<ArrayBuffer> {
  const count = shape.reduce((product, extent) => product * extent, 1);
  if (name === "zeros") return () => new Float32Array(count);
  if (name === "ones") return () => new Float32Array(count).fill(1);
  const key = generator.wideSeed();
  if (name === "random_uniform") {
    const width = round(0.05 - -0.05);
    return () => uniform(key, count).map((u) => round(u * width) + round(-0.05));
  }
  if (name === "random_normal") {
    return () => normal(key, count, 0).map((z) => z * round(0.05));
  }
  const { scale, average, uniform: isUniform } = SCALED[name];
  const inputs = shape[0];
  const outputs = shape.length > 1 ? shape[1] : shape[0];
  const variance = scale / Math.max(1, average ? (inputs + outputs) / 2 : inputs);
  if (isUniform) {
    const limit = round(Math.sqrt(3 * variance));
    return () => uniform(key, count).map((u) => (u * 2 - 1) * limit);
  }
  const stddev = round(Math.sqrt(variance) / TRUNCATED_STDDEV);
  return () => truncatedNormal(key, count).map((z) => z * stddev);
}

/** Returns numbers in [0, 1), in multiples of 2^-23; both words of a counter are used. */
function uniform(key: Key, count: number, step = 0): Float32Array<ArrayBuffer> {
  const half = (count + 1) >> 1;
  const even = new Uint32Array(half);
  const odd = new Uint32Array(half);
  threefry(key, step, 0, half, even, odd);
  return new Float32Array(count).map((_, i) => unit(i & 1 ? odd[i >> 1] : even[i >> 1]));
}

/** Returns standard normal values, two at a time, by the transform of Box and Muller (1958). */
function normal(key: Key, count: number, step: number): Float32Array<ArrayBuffer> {
  const pairs = uniform(key, count + (count & 1), step);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i += 1) {
    const first = i & ~1;
    const radius = round(Math.sqrt(round(-2 * round(Math.log1p(-pairs[first])))));
    const angle = round(pairs[first + 1] * round(2 * Math.PI));
    values[i] = radius * round(i & 1 ? Math.sin(angle) : Math.cos(angle));
  }
  return values;
}

/** Returns standard normal values; those beyond 2 are drawn again. */
function truncatedNormal(key: Key, count: number): Float32Array<ArrayBuffer> {
  const values = normal(key, count, 0);
  let outside = [...values.keys()].filter((i) => Math.abs(values[i]) > 2);
  for (let step = 1; outside.length > 0; step += 1) {
    const redrawn = normal(key, outside.length, step);
    outside.forEach((place, i) => {
      values[place] = redrawn[i];
    });
    outside = outside.filter((place) => Math.abs(values[place]) > 2);
  }
  return values;
}
