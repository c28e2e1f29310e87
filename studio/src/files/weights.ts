/** The arrays of a brick: names, order and shapes are Keras's. */
import { BRICKS, complete } from "../wall/catalogue.ts";
import { type Place, places } from "../wall/shapes.ts";
import type { Brick, Wall, Weight, Weights } from "../wall/wall.ts";
import { Refusal } from "./untrusted.ts";

export interface Expected {
  readonly name: string;
  readonly shape: readonly number[];
  readonly trainable: boolean;
}

export const sizeOf = (shape: readonly number[]) =>
  shape.reduce((size, extent) => size * extent, 1);

/** Returns how many numbers weights have together. */
export const countOf = (weights: Weights) =>
  weights.flat().reduce((sum, { values }) => sum + values.length, 0);

/** Whether a brick draws random numbers in training: a file has their seed. */
export const isRandom = ({ kind }: Brick) => kind === "Dropout" || kind === "GaussianNoise";

/** Returns the arrays of a brick, those that are trained first. */
export function weightsOf({ brick, inputs, outputs }: Place): Expected[] {
  const config = complete(BRICKS[brick.kind].fields, brick.config);
  const trained = brick.trainable !== false;
  const vector = (name: string, trainable: boolean): Expected => ({
    name,
    shape: [inputs],
    trainable,
  });
  switch (brick.kind) {
    case "Dense": {
      const kernel = { name: "kernel", shape: [inputs, outputs], trainable: trained };
      const bias = { name: "bias", shape: [outputs], trainable: trained };
      return config.use_bias ? [kernel, bias] : [kernel];
    }
    case "BatchNormalization":
    case "LayerNormalization": {
      const found: Expected[] = [];
      if (config.scale) found.push(vector("gamma", trained));
      if (config.center) found.push(vector("beta", trained));
      if (brick.kind === "BatchNormalization")
        found.push(vector("moving_mean", false), vector("moving_variance", false));
      return found;
    }
    default:
      return [];
  }
}

/** Returns how the shapes of weights differ from those of a brick, as a place in words; or null. */
export function differs(weights: readonly Weight[], place: Place): string | null {
  const expected = weightsOf(place);
  for (const [i, { name, shape }] of expected.entries()) {
    const found = weights[i];
    const same =
      found?.name === name &&
      found.shape.length === shape.length &&
      found.shape.every((extent, axis) => extent === shape[axis]) &&
      found.values.length === sizeOf(shape);
    if (!same) return `${place.name}/${name}`;
  }
  return weights.length > expected.length ? `${place.name}/${weights[expected.length].name}` : null;
}

/**
 * Returns the wall without weights that its bricks have outgrown: an edit changed their sockets or
 * units. Those of weight bricks stay, which do not fit then.
 */
export function withFittingWeights(wall: Wall): Wall {
  if (!wall.bricks.some(({ weights, fixed }) => weights && !fixed)) return wall;
  const outgrown = places(wall).map(
    (place) => place.brick.weights && !place.brick.fixed && differs(place.brick.weights, place),
  );
  if (!outgrown.some(Boolean)) return wall;
  const bricks = wall.bricks.map((brick, i) => {
    if (!outgrown[i]) return brick;
    const { weights: _, ...kept } = brick;
    return kept;
  });
  return { ...wall, bricks };
}

/** Refuses weights that are not those of the wall: what is written must be what was built. */
export function checkWeights(wall: Wall, weights: Weights): void {
  if (!wall.bricks.length) throw new Refusal("files.empty");
  let studs = wall.inputs;
  for (const place of places(wall)) {
    const where = differs(weights[place.index] ?? [], place);
    if (where) throw new Refusal("files.weights", { where });
    if (place.inputs !== studs) throw new Refusal("files.misfit", { name: place.name });
    studs = place.outputs;
  }
}
