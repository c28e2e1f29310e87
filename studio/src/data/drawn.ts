/**
 * Points drawn by hand, as a table. Of classes: x1, x2 and a class; of a curve: x and y. Both axes
 * go from -1 to 1.
 */
import { LARGEST } from "./numbers.ts";
import { CLASS_NAMES } from "./synthetic.ts";
import type { Column, Table } from "./table.ts";

export interface Dot {
  readonly x: number;
  readonly y: number;
  readonly label: number; // index of CLASS_NAMES; of a curve 0
}

export interface Drawing {
  readonly curve: boolean;
  readonly dots: readonly Dot[];
}

export const MOST_DOTS = 2000;

export function tableOf({ curve, dots }: Drawing): Table {
  const x = Float64Array.from(dots, (dot) => dot.x);
  const y = Float64Array.from(dots, (dot) => dot.y);
  const common = { name: "drawn", rows: dots.length };
  if (curve) {
    const columns = [
      { name: "x", values: x },
      { name: "y", values: y },
    ];
    return { ...common, columns, target: "y", task: "regression" };
  }
  const columns = [
    { name: "x1", values: x },
    { name: "x2", values: y },
    { name: "class", values: dots.map((dot) => CLASS_NAMES[dot.label]) },
  ];
  return { ...common, columns, target: "class" };
}

/** Returns whether a table is one of `tableOf`: it may come out of a file or a link. */
export function isDrawn({ columns, rows, target, task, picture }: Table): boolean {
  const [x, y, labels] = columns.map((column) => column.values);
  const names = columns.map(({ name }) => name).join();
  const curve = names === "x,y" && target === "y" && task === "regression";
  const classes = names === "x1,x2,class" && target === "class" && task === undefined;
  const isAxis = (values: Column["values"]) =>
    values instanceof Float64Array &&
    values.length === rows &&
    values.every((value) => Math.abs(value) <= LARGEST);
  const isLabelled = (values: Column["values"]) =>
    !(values instanceof Float64Array) &&
    values.length === rows &&
    values.every((name) => (CLASS_NAMES as readonly string[]).includes(name));
  return (
    (curve || (classes && isLabelled(labels))) &&
    isAxis(x) &&
    isAxis(y) &&
    rows <= MOST_DOTS &&
    !picture
  );
}

/** Returns whether something can be learned of a drawing: two points, and two classes unless it is a curve. */
export function isEnough({ columns: [, , labels], rows }: Table): boolean {
  return rows > 1 && (!labels || new Set<unknown>(labels.values).size > 1);
}

/** Returns what a table of `tableOf` was made of. */
export function drawingOf(table: Table): Drawing {
  const [x, y, labels] = table.columns.map((column) => column.values);
  const dots = Array.from({ length: table.rows }, (_, row) => ({
    x: Number(x[row]),
    y: Number(y[row]),
    label: labels ? Math.max(0, CLASS_NAMES.indexOf(labels[row] as "A")) : 0,
  }));
  return { curve: labels === undefined, dots };
}

/** Adds a point, within the axes; a full drawing stays as it is. */
export function add(drawing: Drawing, dot: Dot): Drawing {
  if (drawing.dots.length >= MOST_DOTS) return drawing;
  const clipped = { ...dot, x: clip(dot.x), y: clip(dot.y) };
  return { ...drawing, dots: [...drawing.dots, clipped] };
}

const clip = (value: number) => Math.round(Math.min(1, Math.max(-1, value)) * 1000) / 1000;

/** Removes the points within a radius. */
export function erase(drawing: Drawing, x: number, y: number, radius: number): Drawing {
  const dots = drawing.dots.filter((dot) => Math.hypot(dot.x - x, dot.y - y) > radius);
  return dots.length === drawing.dots.length ? drawing : { ...drawing, dots };
}
