/** The rows of the data as points: a shape and a colour for each class, hollow where they are held out. */
import type { Prepared } from "../../data/table.ts";
import { classColour, css, deeper, diverging, lighter, type Rgb } from "./colours.ts";
import { type Range, shareOf, targetRange } from "./grid.ts";

/** The shape of each class around (0, 0), so that classes are told apart without colour, too. */
const SHAPES = [
  "M-3.4 0a3.4 3.4 0 1 0 6.8 0a3.4 3.4 0 1 0 -6.8 0z",
  "M-3 -3h6v6h-6z",
  "M0 -4.1L3.9 2.9h-7.8z",
  "M0 -4.4L4 0L0 4.4L-4 0z",
  "M0 4.1L3.9 -2.9h-7.8z",
  "M-1.3 -3.8h2.6v2.5h2.5v2.6h-2.5v2.5h-2.6v-2.5h-2.5v-2.6h2.5z",
] as const;

export const shapeOf = (index: number): string => SHAPES[index % SHAPES.length];

const MOST_POINTS = 1200;
/** Points are drawn in a square of this size, and finer than it, for sharp screens. */
const SIZE = 336;
const SHARPNESS = 2;
export const CANVAS = SIZE * SHARPNESS;

export interface Place {
  readonly across: (x: Float32Array, start: number) => number;
  readonly up: (x: Float32Array, start: number, y: number) => number;
}

/** Returns where rows are over two inputs, from 0 to 1; for one input, over it and the target. */
export function placeOf(across: number, h: Range, up: number | null, v: Range): Place {
  return {
    across: (x, start) => shareOf(x[start + across], h),
    up: (x, start, y) => shareOf(up === null ? y : x[start + up], v),
  };
}

/** Draws the rows of both parts, at most some of them. */
export function drawRows(
  canvas: HTMLCanvasElement,
  data: Prepared,
  place: Place,
  isDark: boolean,
  shaded: boolean,
): void {
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, CANVAS, CANVAS);
  const colour = colouring(data, isDark, shaded);
  const paper = isDark ? "#0f141a" : "#ffffff";
  const shapes = SHAPES.map((shape) => new Path2D(shape));
  for (const [rows, filled] of [
    [data.training, true],
    [data.validation, false],
  ] as const) {
    if (!rows) continue;
    const stride = Math.max(1, Math.ceil(rows.rows / MOST_POINTS));
    context.lineWidth = filled ? 1 : 1.8;
    for (let i = 0; i < rows.rows; i += stride) {
      const start = i * rows.inputs;
      const x = place.across(rows.x, start) * SIZE;
      const y = (1 - place.up(rows.x, start, rows.y[i])) * SIZE;
      context.setTransform(SHARPNESS, 0, 0, SHARPNESS, x * SHARPNESS, y * SHARPNESS);
      const own = colour(rows.y[i]);
      context.strokeStyle = filled ? paper : own;
      context.fillStyle = filled ? own : paper;
      const shape = shapes[data.task === "regression" ? 0 : rows.y[i] % shapes.length];
      context.fill(shape);
      context.stroke(shape);
    }
  }
}

/** Returns the colour of a row by its target; without shades all numbers have the same. */
function colouring(data: Prepared, isDark: boolean, shaded: boolean): (y: number) => string {
  if (!shaded) return () => (isDark ? "#6cb0f0" : "#2166ac");
  // On a dark surface points stand out by being lighter.
  const standing = (colour: Rgb) => css(isDark ? lighter(colour) : deeper(colour));
  if (data.task !== "regression") return (y) => standing(classColour(y));
  const range = targetRange(data.training);
  return (y) => standing(diverging(2 * shareOf(y, range) - 1, false, 1));
}
