/**
 * Generated data: points of the plane with a class, and functions with a value to regress. Each lies
 * within about -1 to 1; `noise` is the standard deviation of what is added.
 */
import { generator, type Random } from "./random.ts";
import type { Table } from "./table.ts";

export const CLASS_NAMES = ["A", "B", "C"] as const;

/** Returns point `index` of `count` of one class, without noise. */
type Point = (index: number, count: number, random: Random) => readonly [number, number];

/** The points of each class. */
const SHAPES: Readonly<Record<string, readonly Point[]>> = {
  moons: [
    (i, n) => arc((Math.PI * i) / (n - 1 || 1)),
    (i, n) => {
      const [x, y] = arc((Math.PI * i) / (n - 1 || 1));
      return [1 - x, 0.5 - y];
    },
  ],
  circles: [(i, n) => arc((2 * Math.PI * i) / n), (i, n) => arc((2 * Math.PI * i) / n, 0.5)],
  spiral: [(i, n) => coil(i / n, 0), (i, n) => coil(i / n, Math.PI)],
  xor: [
    (i, _, random) => (i % 2 ? [apart(random), apart(random)] : [-apart(random), -apart(random)]),
    (i, _, random) => (i % 2 ? [-apart(random), apart(random)] : [apart(random), -apart(random)]),
  ],
  blobs: CLASS_NAMES.map((_, which) => (_i, _n, random) => {
    const [x, y] = arc(Math.PI / 2 + (2 * Math.PI * which) / 3, 0.7);
    return [x + 0.12 * random.normal(), y + 0.12 * random.normal()];
  }),
};

const TURNS = 1.5;

function arc(angle: number, radius = 1): [number, number] {
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}

/** Points get wider apart on a longer radius; the square root keeps them equally dense. */
function coil(share: number, start: number): [number, number] {
  const radius = 0.08 + 0.92 * Math.sqrt(share);
  return arc(start + 2 * Math.PI * TURNS * radius, radius);
}

/** Returns a number from 0.05 to 1: xor's quarters do not touch. */
const apart = (random: Random) => 0.05 + 0.95 * random.uniform();

/** Functions of one or two inputs. */
const FUNCTIONS: Readonly<Record<string, (x1: number, x2: number) => number>> = {
  sine: (x) => Math.sin(2 * Math.PI * x),
  step: (x) => (x < 0 ? -0.5 : 0.5),
  line: (x) => 0.8 * x + 0.1,
  surface: (x1, x2) => Math.sin(Math.PI * x1) * Math.cos(Math.PI * x2),
};

/** Returns points of a shape, its classes one after the other and equally many. */
export function points(shape: string, samples: number, noise: number, seed: number): Table {
  const random = generator(seed);
  const classes = SHAPES[shape];
  const [x1, x2] = [new Float64Array(samples), new Float64Array(samples)];
  const names: string[] = [];
  for (const [which, point] of classes.entries()) {
    const share = samples / classes.length;
    const count = Math.floor((which + 1) * share) - Math.floor(which * share);
    for (let index = 0; index < count; index++) {
      const [x, y] = point(index, count, random);
      x1[names.length] = x + noise * random.normal();
      x2[names.length] = y + noise * random.normal();
      names.push(CLASS_NAMES[which]);
    }
  }
  const columns = [
    { name: "x1", values: x1 },
    { name: "x2", values: x2 },
    { name: "class", values: names },
  ];
  return { name: shape, columns, rows: samples, target: "class" };
}

/** Returns values of a function with noise, at equal distances or, of two inputs, anywhere. */
export function curve(name: string, samples: number, noise: number, seed: number): Table {
  const random = generator(seed);
  const value = FUNCTIONS[name];
  const wide = value.length > 1;
  const anywhere = () => Float64Array.from({ length: samples }, () => 2 * random.uniform() - 1);
  const spaced = () =>
    Float64Array.from({ length: samples }, (_, i) => (2 * i) / (samples - 1 || 1) - 1);
  const inputs = wide ? [anywhere(), anywhere()] : [spaced()];
  const [x1, x2 = x1] = inputs;
  const y = x1.map((x, row) => value(x, x2[row]) + noise * random.normal());
  const columns = inputs.map((values, i) => ({ name: wide ? `x${i + 1}` : "x", values }));
  return {
    name,
    columns: [...columns, { name: "y", values: y }],
    rows: samples,
    target: "y",
    task: "regression",
  };
}
