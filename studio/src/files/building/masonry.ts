/**
 * How each layer is laid on the one below. An axon (white) carries one input past all neurons; on it
 * is one weight a neuron (green), on each weight its multiplication (yellow); a dendrite (red) sums
 * the products of one neuron; on it is the activation (blue), with one output stud.
 *
 * Cells are 2 x 2 studs. A floor has its own axes: `a` along the inputs and `b` along the neurons.
 * On even floors `a` is x, on odd floors z, so that the next axon is along the dendrite.
 */
import { t } from "../../words/words.ts";
import {
  BLUE,
  BRICKS,
  type Colour,
  courses,
  cut,
  GREEN,
  GREENS,
  type Part,
  PLATES,
  type Placed,
  RED,
  ROUND,
  type Role,
  type Sizes,
  TILES,
  WHITE,
  YELLOW,
} from "./parts.ts";

/** A layer to be built. */
export interface Layer {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: string;
  /** inputs x outputs weights from -1 to 1; null: unknown. */
  readonly strength: Float64Array | null;
}

/** A layer that was built, with the corner of its base. */
export interface Floor extends Layer {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** Number of weights in one step, unless one neuron has more. */
const IN_A_STEP = 8;

/** Counts are written without separators, as in the Python package; 1 stays a number, for plurals. */
export const plain = (count: number): number | string => (count === 1 ? 1 : String(count));

type Axis = "a" | "b";
interface Where {
  readonly row?: number;
  readonly unit?: number;
}
interface Start extends Where {
  readonly a: number;
  readonly b: number;
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** A building under construction. */
export class Site {
  readonly parts: Placed[] = [];
  readonly floors: Floor[] = [];
  readonly steps: string[] = [];
  private corner = { x: 0, z: 0 };
  private level = 0;

  /** Adds a layer; `above` is the next one's number of neurons, 0 for the last. */
  add(layer: Layer, above: number): void {
    const { inputs, outputs } = layer;
    const below = this.floors.at(-1);
    // Its axons are centred along the dendrites below.
    if (below) this.corner[this.floors.length % 2 ? "x" : "z"] += below.inputs - outputs;
    this.floors.push({ ...layer, ...this.corner, y: this.level });
    const axons = range(inputs).map((i) => ({ a: 2 * i, b: 0, row: i }));
    this.bars(
      axons,
      2 * outputs,
      "b",
      PLATES,
      WHITE,
      "axon",
      t("building.axons", { n: plain(inputs) }),
    );
    this.synapses(layer);
    const sums = range(outputs).map((j) => ({ a: 0, b: 2 * j, unit: j }));
    this.bars(sums, 2 * inputs, "a", BRICKS, RED, "sum", t("building.sums", { n: plain(outputs) }));
    this.activation(layer, above);
  }

  private begin(words: string): void {
    this.steps.push(`${this.floors.at(-1)?.name}: ${words}`);
  }

  /** Adds a part at (a, b) of this floor, its length along one of its axes. */
  private place(
    part: Part,
    colour: Colour,
    role: Role,
    { a, b, ...where }: Start,
    along: Axis = "a",
  ): void {
    const layer = this.floors.length - 1;
    const swapped = layer % 2 === 1;
    const [x, z] = swapped ? [b, a] : [a, b];
    const turned = part.length > 1 && (along === "b") !== swapped;
    this.parts.push({
      part,
      colour,
      x: this.corner.x + x,
      y: this.level,
      z: this.corner.z + z,
      turned,
      step: this.steps.length,
      role,
      layer,
      ...where,
    });
  }

  /** Adds pieces of these lengths in a row. */
  private row(
    pieces: readonly number[],
    sizes: Sizes,
    colour: Colour,
    role: Role,
    along: Axis,
    start: Start,
  ): void {
    let at = start;
    for (const length of pieces) {
      this.place(sizes[length], colour, role, at, along);
      at = { ...at, [along]: at[along] + length };
    }
  }

  /**
   * Adds equal bars: single pieces up to 8 studs, else courses of plates (two for a bar of plates,
   * three for one of bricks).
   */
  private bars(
    starts: readonly Start[],
    length: number,
    along: Axis,
    sizes: Sizes,
    colour: Colour,
    role: Role,
    words: string,
  ): void {
    const single = sizes[length];
    const layers = single ? [[length]] : courses(length, Math.max(2, sizes[1].height));
    for (const [course, pieces] of layers.entries()) {
      this.begin(course ? t("building.course", { k: course + 1 }) : words);
      for (const start of starts)
        this.row(pieces, single ? sizes : PLATES, colour, role, along, start);
      this.level += single ? single.height : 1;
    }
  }

  /** Adds a green brick for each weight, neuron by neuron, with a yellow plate on each. */
  private synapses({ inputs, outputs, strength }: Layer): void {
    const together = Math.max(1, Math.floor(IN_A_STEP / inputs)); // neurons whose weights are in one step
    for (let first = 0; first < outputs; first += together) {
      const units = range(Math.min(together, outputs - first)).map((k) => first + k);
      const weights = units.flatMap((unit) =>
        range(inputs).map((row) => ({
          a: 2 * row,
          b: 2 * unit,
          row,
          unit,
          value: strength?.[row * outputs + unit],
        })),
      );
      const negative = weights.filter(({ value }) => value !== undefined && value < 0).length;
      this.begin(weightsInWords(weights.length, negative, first + 1, first + units.length));
      for (const { value, ...start } of weights) this.place(...weightPart(value), "weight", start);
    }
    this.level += ROUND.height;
    this.begin(t("building.multiply"));
    for (const row of range(inputs))
      for (const unit of range(outputs))
        this.place(PLATES[1], YELLOW, "multiply", { a: 2 * row, b: 2 * unit, row, unit });
    this.level += 1;
  }

  /**
   * Adds the activation: one output stud a neuron; the other studs are covered. A softmax depends on
   * all neurons, so it is one bar across them with the outputs on it. Under another floor the covers
   * are raised to the outputs' height, to support it.
   */
  private activation(layer: Layer, above: number): void {
    const out = outputStud(layer.inputs, above);
    const softmax = layer.activation === "softmax";
    if (softmax) {
      this.begin(t("building.bar"));
      this.row(cut(2 * layer.outputs, PLATES), PLATES, BLUE, "activation", "b", { a: out, b: 0 });
      this.cover(layer, out, above ? PLATES : TILES);
      this.level += 1;
    }
    this.begin(
      softmax ? t("building.outlets") : t("building.function", { name: layer.activation }),
    );
    for (const unit of range(layer.outputs)) {
      this.place(PLATES[1], BLUE, "activation", { a: out, b: 2 * unit, unit });
      if (softmax) this.place(TILES[1], BLUE, "tile", { a: out, b: 2 * unit + 1, unit });
    }
    if (above || !softmax) this.cover(layer, out, TILES);
    this.level += 1;
  }

  /** Covers the dendrites left and right of the output stud. */
  private cover({ inputs, outputs }: Layer, out: number, sizes: Sizes): void {
    for (const unit of range(outputs))
      for (const [a, length] of [
        [0, out],
        [out + 1, 2 * inputs - out - 1],
      ])
        this.row(cut(length, sizes), sizes, BLUE, "tile", "a", { a, b: 2 * unit, unit });
  }
}

/** Describes the weights of a range of neurons, counted from 1. */
function weightsInWords(count: number, negative: number, first: number, last: number): string {
  const which = first === last ? "building.neuron" : "building.neurons";
  return t("building.weights", {
    n: plain(count),
    neurons: t(which, { a: String(first), b: String(last) }),
    negative: negative ? t("building.negative", { n: String(negative) }) : "",
  });
}

/** Returns the part and colour of a weight: round if negative, darker if stronger. */
function weightPart(strength: number | undefined): [Part, Colour] {
  if (strength === undefined) return [BRICKS[1], GREEN];
  const size = Number.isNaN(strength) ? 0 : Math.abs(strength);
  return [strength < 0 ? ROUND : BRICKS[1], GREENS[Math.min(Math.floor(size * 3), 2)]];
}

/** Returns which stud of a dendrite is the output: under the next axon, with few tiles around it, near the middle. */
function outputStud(inputs: number, above: number): number {
  const length = 2 * inputs;
  const [first, last] = above
    ? [Math.max(0, inputs - above), Math.min(length, inputs + above)]
    : [0, length];
  const cost = (out: number) => {
    const tiles = cut(out, TILES).length + cut(length - out - 1, TILES).length;
    return tiles * 2 * length + Math.abs(2 * out + 1 - length);
  };
  let best = first;
  for (let out = first + 1; out < last; out++) if (cost(out) < cost(best)) best = out;
  return best;
}
