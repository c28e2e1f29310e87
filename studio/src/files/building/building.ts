/**
 * A wall as a building of real bricks that is stable and holds together when it is lifted: the same
 * one that `brickwork.pictures.building` makes of the same model.
 */
import { layersOf, strengths } from "../../drawing/network.ts";
import { places } from "../../wall/shapes.ts";
import type { Wall, Weights } from "../../wall/wall.ts";
import { type Filled, t } from "../../words/words.ts";
import { Refusal } from "../untrusted.ts";
import { type Area, area, tilt } from "./balance.ts";
import { type Floor, type Layer, plain, Site } from "./masonry.ts";
import { BASES, GREY, PLATE, type Placed, STUD } from "./parts.ts";

/** Each synapse is a brick. */
const MOST_SYNAPSES = 4096;

/** A building that tips over when tilted by less, in degrees, gets a baseplate. */
const STABLE_DEGREES = 10;

export interface Building {
  readonly name: string;
  readonly parts: readonly Placed[]; // in the order of assembly
  readonly floors: readonly Floor[]; // from the bottom
  readonly steps: readonly string[]; // the instruction of step 1 is `steps[0]`
  readonly notes: readonly string[]; // what was left out, and what needs attention
}

/** A reason, as a key of `words` with what is filled in. */
export interface Reason {
  readonly key: string;
  readonly values: Filled;
}

/** Returns why a wall can't be built, or null. */
export function unbuildable(wall: Wall): Reason | null {
  const stack = places(wall);
  const synapses = stack.reduce((sum, place) => sum + place.synapses, 0);
  if (synapses === 0) return { key: "building.no-synapses", values: {} };
  if (synapses > MOST_SYNAPSES)
    return { key: "building.too-many", values: { synapses, most: MOST_SYNAPSES } };
  const dense = stack.filter((place) => place.synapses);
  const upper = dense.findIndex((place, i) => i > 0 && dense[i - 1].outputs !== place.inputs);
  if (upper < 0) return null;
  const [above, below] = [dense[upper], dense[upper - 1]];
  return {
    key: "building.misfit",
    values: { above: above.name, inputs: above.inputs, below: below.name, outputs: below.outputs },
  };
}

/**
 * Returns the building of a wall, in the current language. `weights` are those of each brick, from
 * the lowest: stronger ones are darker, negative ones round; null: all are plain green bricks.
 */
export function building(name: string, wall: Wall, weights: Weights | null): Building {
  const reason = unbuildable(wall);
  if (reason) throw new Refusal(reason.key, reason.values);
  const { layers, notes } = layersToBuild(wall, weights);
  const site = new Site();
  for (const [i, layer] of layers.entries()) site.add(layer, layers[i + 1]?.outputs ?? 0);
  return onBaseplate({ name, parts: site.parts, floors: site.floors, steps: site.steps, notes });
}

/** Returns the width, depth and height of a building in centimetres. */
export function centimetres({ parts }: Building): readonly [number, number, number] {
  const [left, right, front, back] = area(parts);
  const top = Math.max(...parts.map((p) => p.y + p.part.height));
  const bottom = Math.min(...parts.map((p) => p.y));
  return [
    ((right - left) * STUD) / 10,
    ((back - front) * STUD) / 10,
    ((top - bottom) * PLATE) / 10,
  ];
}

/** Returns the layers, with the activation of each, and notes on what is left out. */
function layersToBuild(wall: Wall, weights: Weights | null): { layers: Layer[]; notes: string[] } {
  const layers: Layer[] = [];
  const left: string[] = [];
  const broken: string[] = [];
  let biased = false;
  for (const layer of layersOf(places(wall), weights)) {
    const { name, kind, note, activation } = layer;
    const below = layers.at(-1);
    if (layer.dense) {
      layers.push({ ...layer, strength: strengths(layer) });
      biased ||= layer.biased;
      const count = nonFinite(layer.kernel) + nonFinite(layer.bias);
      if (count) broken.push(t("building.broken", { name, n: plain(count) }));
    } else if (below?.activation === "linear" && activation !== "linear") {
      left.push(t("building.blue", { name, function: activation, below: below.name }));
      layers[layers.length - 1] = { ...below, activation };
    } else left.push(t("building.empty", { name, about: `${kind} ${note}`.trim() }));
  }
  if (biased) broken.push(t("building.bias"));
  return { layers, notes: [...left, ...broken] };
}

const nonFinite = (values: Float32Array | null) =>
  values ? values.filter((value) => !Number.isFinite(value)).length : 0;

/** Returns the building, on baseplates if it would tip over easily. */
function onBaseplate(free: Building): Building {
  const turns = free.floors.slice(1).filter((floor) => floor.inputs === 1);
  const notes = [...free.notes, ...turns.map(({ name }) => t("building.turns", { name }))];
  const foot = area(free.parts.filter((p) => p.y === 0));
  if (tilt(free.parts, foot) >= STABLE_DEGREES) return { ...free, notes };
  return {
    ...free,
    parts: [...baseplates(foot), ...free.parts.map((p) => ({ ...p, step: p.step + 1 }))],
    steps: [t("building.base"), ...free.steps],
    notes: [...notes, t("building.stands")],
  };
}

/** Returns baseplates for an area: a small one if it is enough, else large ones side by side. */
function baseplates([left, right, front, back]: Area): Placed[] {
  const [small, large] = BASES;
  const part = Math.max(right - left, back - front) <= small.length - 2 ? small : large;
  const side = part.length;
  const columns = Math.ceil((right - left) / side);
  const rows = Math.ceil((back - front) / side);
  const x = rounded((left + right - columns * side) / 2);
  const z = rounded((front + back - rows * side) / 2);
  return Array.from({ length: columns * rows }, (_, k) => ({
    part,
    colour: GREY,
    x: x + Math.floor(k / rows) * side,
    y: -part.height,
    z: z + (k % rows) * side,
    turned: false,
    step: 1,
    role: "base",
  }));
}

/** Rounds halves to even, as Python does. */
function rounded(value: number): number {
  const below = Math.floor(value);
  return value - below === 0.5 ? below + Math.abs(below % 2) : Math.round(value);
}
