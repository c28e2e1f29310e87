/**
 * The shapes in pictures: rectangles, ellipses, lines, texts, and pieces made of them. A piece is a
 * brick: its first class is its kind, its data identify it. x grows to the right, y downward.
 */
import { textWidth } from "./text.ts";

export type Point = readonly [x: number, y: number];
export type Bounds = readonly [left: number, top: number, right: number, bottom: number];

export interface Rect {
  readonly shape: "rect";
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly css: string;
  readonly r: number; // radius of its corners
}

export interface Ellipse {
  readonly shape: "ellipse";
  readonly x: number;
  readonly y: number;
  readonly rx: number;
  readonly ry: number;
  readonly css: string;
}

export interface Line {
  readonly shape: "line";
  readonly strokes: readonly (readonly Point[])[];
  readonly css: string;
  readonly closed: boolean;
}

export interface Text {
  readonly shape: "text";
  readonly x: number;
  readonly y: number; // of the baseline
  readonly text: string;
  readonly size: number;
  readonly css: string;
  readonly anchor: "start" | "middle" | "end";
  readonly bold: boolean;
}

export type Data = Readonly<Record<string, string | number>>;

export interface Piece {
  readonly shape: "piece";
  readonly css: string;
  readonly data: Data;
  readonly parts: Shape[]; // in drawing order
  /** Text for screen readers and tooltips; set last, when the whole network is known. */
  title: string;
}

export type Shape = Rect | Ellipse | Line | Text | Piece;

export const rect = (x: number, y: number, w: number, h: number, css = "", r = 0): Rect => ({
  shape: "rect",
  x,
  y,
  w,
  h,
  css,
  r,
});
export const ellipse = (x: number, y: number, rx: number, ry: number, css = ""): Ellipse => ({
  shape: "ellipse",
  x,
  y,
  rx,
  ry,
  css,
});
export const line = (strokes: readonly (readonly Point[])[], css = "", closed = false): Line => ({
  shape: "line",
  strokes,
  css,
  closed,
});
export const piece = (css: string, data: Data, parts: Shape[], title = ""): Piece => ({
  shape: "piece",
  css,
  data,
  parts,
  title,
});

export function text(
  x: number,
  y: number,
  content: string,
  size: number,
  css = "",
  anchor: Text["anchor"] = "start",
  bold = false,
): Text {
  return { shape: "text", x, y, text: content, size, css, anchor, bold };
}

/** Returns the bounds of a shape. */
export function bounds(shape: Shape): Bounds {
  switch (shape.shape) {
    case "rect":
      return [shape.x, shape.y, shape.x + shape.w, shape.y + shape.h];
    case "ellipse":
      return [shape.x - shape.rx, shape.y - shape.ry, shape.x + shape.rx, shape.y + shape.ry];
    case "line":
      return joined(shape.strokes.flat().map(([x, y]) => [x, y, x, y]));
    case "text": {
      const width = textWidth(shape.text, shape.size, shape.bold);
      const left = shape.x - { start: 0, middle: width / 2, end: width }[shape.anchor];
      return [left, shape.y - 0.8 * shape.size, left + width, shape.y + 0.24 * shape.size];
    }
    case "piece":
      return around(shape.parts);
  }
}

/** Returns the bounds of all shapes; zeros if there are none. */
export function around(shapes: readonly Shape[]): Bounds {
  return shapes.length
    ? joined(shapes.filter((s) => s.shape !== "piece" || s.parts.length).map(bounds))
    : [0, 0, 0, 0];
}

function joined(all: readonly Bounds[]): Bounds {
  let [left, top, right, bottom] = [
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  for (const [l, t, r, b] of all) {
    left = Math.min(left, l);
    top = Math.min(top, t);
    right = Math.max(right, r);
    bottom = Math.max(bottom, b);
  }
  return left <= right ? [left, top, right, bottom] : [0, 0, 0, 0];
}

/** Yields the shapes and all shapes within them. */
export function* walk(shapes: readonly Shape[]): Generator<Shape> {
  for (const shape of shapes) {
    yield shape;
    if (shape.shape === "piece") yield* walk(shape.parts);
  }
}
