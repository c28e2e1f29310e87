/** The layers of a wall, with the weights that they begin with. */
import { BRICKS, complete } from "../wall/catalogue.ts";
import { type Place, places } from "../wall/shapes.ts";
import type { Wall } from "../wall/wall.ts";
import type { Layer, NewParameter, Parameter } from "./layers/layer.ts";
import { layers } from "./layers/layers.ts";
import type { MersenneTwister } from "./mersenne.ts";
import { Refusal } from "./said.ts";

export interface Floor {
  readonly name: string; // as Keras names it
  readonly layer: Layer;
  readonly outputs: number; // the width of a row
  readonly parameters: readonly Parameter[]; // in Keras's order
}

/** Returns the floors of a wall, from the lowest, for at most so many rows at a time. */
export function floorsOf(wall: Wall, most: number, generator: MersenneTwister): Floor[] {
  let streams = 0;
  const nextStream = () => {
    streams += 1;
    return streams;
  };
  return places(wall).map((place) => {
    const { brick, name, inputs, outputs } = place;
    const trained = brick.trainable !== false;
    const parameters: Parameter[] = [];
    const parameter: NewParameter = (own, shape, initial, options = {}) => {
      const added = {
        name: own,
        shape,
        trained: trained && options.trained !== false,
        penalty: options.penalty ?? null,
        values: givenValues(place, parameters.length, own, shape) ?? initial(),
        gradient: new Float32Array(0),
      };
      parameters.push(added);
      return added;
    };
    const config = complete(BRICKS[brick.kind].fields, brick.config);
    const build = { inputs, most, trained, generator, nextStream, parameter };
    const layer = new layers[brick.kind](config, build);
    return { name, layer, outputs, parameters };
  });
}

/** Returns the values that a brick brings along for its nth weight; null if it brings none. */
function givenValues(
  { brick, index, name }: Place,
  nth: number,
  weight: string,
  shape: readonly number[],
): Float32Array | null {
  if (!brick.weights) return null;
  const given = brick.weights[nth];
  const count = shape.reduce((product, extent) => product * extent, 1);
  if (given?.name === weight && String(given.shape) === String(shape)) {
    if (given.values.length === count) return given.values.slice();
  }
  const values = { name, weight, shape: shape.join(" x ") };
  throw new Refusal({ key: "engine.weights", values }, index);
}
