/**
 * The steps of assembling a building, and the drawing of each. Parts that are there already are pale.
 * Each step's parts are drawn once, in a group that begins with the group of the step before; this
 * works because no part is hidden by a part of an earlier step.
 */

import { fixed } from "../../drawing/svg.ts";
import { escaped } from "../../drawing/text.ts";
import { t } from "../../words/words.ts";
import type { Building } from "./building.ts";
import { type Bounds, bounds, drawn, P, PLATE, type Point, project, svg } from "./drawn.ts";
import { extent, type Placed } from "./parts.ts";

/** Height of a layer above the one below before it is put on it, in plates. */
const LIFT = 12;
/** Size of the numbers in a drawing, in millimetres. */
const LETTERS = 3;

export interface Step {
  readonly number: number; // from 1
  readonly words: string;
  readonly added: readonly Placed[];
  readonly earlier: readonly number[]; // steps whose results are there already
  readonly frame: readonly Placed[]; // all that must fit the drawing
  readonly bounds: Bounds;
  readonly layer: number;
  readonly lift: boolean; // whether a whole layer is put on the one below
}

/** Returns a building's steps, with those that put a layer on the one below. */
export function stepsOf(building: Building): Step[] {
  const all: Step[] = [];
  const finished: number[] = []; // the last step of each layer
  const add = (
    step: Omit<Step, "number" | "bounds" | "lift"> & { lift?: boolean },
    box = bounds(step.frame),
  ) => all.push({ lift: false, ...step, number: all.length + 1, bounds: box });
  const base = building.parts.filter((p) => p.layer === undefined);
  if (base.length)
    add({ words: building.steps[0], added: base, earlier: [], frame: base, layer: 0 });
  for (const [number, floor] of building.floors.entries()) {
    const layer = building.parts.filter((p) => p.layer === number);
    const box = bounds(layer);
    for (const [k, step] of [...new Set(layer.map((p) => p.step))].entries()) {
      const instruction = building.steps[step - 1];
      add(
        {
          words: instruction.slice(instruction.indexOf(": ") + 2),
          added: layer.filter((p) => p.step === step),
          // The first layer is built in place, the others separately.
          earlier: all.length && (k || !number) ? [all.length] : [],
          frame: layer,
          layer: number,
        },
        box,
      );
    }
    finished.push(all.length);
    if (!number) continue;
    const below = building.parts.filter((p) => p.layer === undefined || p.layer < number);
    const words = t("booklet.put", { name: floor.name });
    add({
      words,
      added: layer,
      earlier: finished.slice(0, number),
      frame: below,
      layer: number,
      lift: true,
    });
  }
  return all;
}

/** Returns groups with the result of each step, for `drawing`. */
export function groups(steps: readonly Step[]): string {
  return steps
    .filter((step) => !step.lift)
    .map((step) => `<g id="s${step.number}">${before(step)}${drawn(step.added)}</g>`)
    .join("");
}

const before = (step: Step) => step.earlier.map((number) => `<use href="#s${number}"/>`).join("");
const pale = (step: Step) => `<g class="pale">${before(step)}</g>`;

/** Returns a step's drawing; `room` is its width and height in millimetres. */
export function drawing(building: Building, step: Step, room: Point): string {
  const [inside, box] = step.lift ? lowered(step) : inPlace(building, step, room);
  return svg(inside, box, "shown", { label: escaped(step.words) });
}

/** Returns the drawing and its bounds, which are those of the finished layer. */
function inPlace(building: Building, step: Step, room: Point): [string, Bounds] {
  const [left, top, right, bottom] = step.bounds;
  const size =
    LETTERS *
    Math.max((right - left) / (room[0] - 4 * LETTERS), (bottom - top) / (room[1] - 3 * LETTERS));
  const inside = pale(step) + drawn(step.added) + numbers(building, step, size);
  return [inside, [left - 2 * size, top, right + 2 * size, bottom + 2 * size]];
}

/** Returns the drawing and bounds of a layer above the one it is put on. */
function lowered(step: Step): [string, Bounds] {
  const low = Math.min(...step.added.map((p) => p.y));
  const foot = step.added.filter((p) => p.y === low);
  const [left, front] = [Math.min(...foot.map((p) => p.x)), Math.min(...foot.map((p) => p.z))];
  const right = Math.max(...foot.map((p) => p.x + extent(p)[0]));
  const near = Math.max(...foot.map((p) => p.z + extent(p)[1]));
  const corners: Point[] = [
    [left, near],
    [right, near],
    [right, front],
  ];
  const ways = corners.map(([x, z]) => {
    const [above, below] = [low + LIFT, low].map((height) =>
      project(x, z, height * PLATE)
        .map(fixed)
        .join(" "),
    );
    return `M${above}L${below}`;
  });
  const inside = `${pale(step)}<path class="way" d="${ways.join("")}"/>${drawn(step.added, LIFT)}`;
  const [a, b] = [step.bounds, bounds(step.added, LIFT)];
  return [
    inside,
    [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])],
  ];
}

/**
 * Returns the numbers of the inputs, and of the neurons whose weights are added, at the near ends of
 * the axons and neurons; `size` is that of the letters.
 */
function numbers(building: Building, step: Step, size: number): string {
  const axons = step.frame.filter((p) => p.role === "axon");
  if (!axons.length) return "";
  const alongX = step.layer % 2 === 1; // the axons
  const height = building.floors[step.layer].y * PLATE;
  const away = (0.9 * size) / P;
  const end = (p: Placed, x: boolean) => (x ? p.x + extent(p)[0] : p.z + extent(p)[1]);
  const farthest = (x: boolean) => Math.max(...axons.map((p) => end(p, x))) + away;
  const text = (at: Point, css: string, index: number) =>
    `<text class="${css}" font-size="${fixed(size)}" x="${fixed(at[0])}" y="${fixed(at[1] + 0.36 * size)}">${index + 1}</text>`;

  const shown: string[] = [];
  for (const [row, { x, z }] of byIndex(axons, "row")) {
    const at = alongX
      ? project(farthest(true), z + 0.5, height)
      : project(x + 0.5, farthest(false), height);
    shown.push(text(at, "soft", row));
  }
  if (step.added[0].role !== "weight") return shown.join("");
  for (const [unit, { x, z }] of byIndex(step.added, "unit")) {
    const at = alongX
      ? project(x + 0.5, farthest(false), height)
      : project(farthest(true), z + 0.5, height);
    shown.push(
      `<circle class="chip" cx="${fixed(at[0])}" cy="${fixed(at[1])}" r="${fixed(0.8 * size)}"/>`,
      text(at, "chosen", unit),
    );
  }
  return shown.join("");
}

/** Returns one part of each input or neuron, in their order. */
function byIndex(placed: readonly Placed[], name: "row" | "unit"): [number, Placed][] {
  return [...new Map(placed.map((p) => [p[name] ?? 0, p]))].sort(([a], [b]) => a - b);
}
