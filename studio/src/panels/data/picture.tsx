/** Small pictures of datasets. */
import { load, type Source } from "../../data/datasets.ts";
import type { Table } from "../../data/table.ts";
import { CLASSES } from "../train/colours.ts";
import { choice } from "./choose.ts";
import { between, Dots, extent, type Point } from "./dots.tsx";

const SIZE = 44;
const MOST = 90; // points

/** The two columns that show most, of tables with more. */
const SHOWN: Readonly<Record<string, readonly [string, string]>> = {
  pima: ["glucose", "bmi"],
  iris: ["petal_length", "petal_width"],
};

const CALM = { samples: 64, noise: 0.03, seed: 3 };

const pictures = new Map<string, ReturnType<typeof draw>>();

export function Picture({ source }: { source: Source }) {
  const known = pictures.get(source.name) ?? draw(source);
  pictures.set(source.name, known); // the same at every visit: made once
  return known;
}

function draw({ name }: Source) {
  const table = load({ ...choice.peek(), ...CALM, source: name });
  return (
    <svg class="data-thumb" viewBox={`0 0 ${SIZE} ${SIZE}`} aria-hidden="true">
      {table.picture ? <Pixels table={table} /> : <Dots points={pointsOf(table)} size={3.6} />}
    </svg>
  );
}

function numbers(table: Table, name: string): Float64Array {
  return table.columns.find((column) => column.name === name)?.values as Float64Array;
}

function pointsOf(table: Table): Point[] {
  const inputs = table.columns.slice(0, -1).map((column) => column.name);
  const [across, up] = SHOWN[table.name] ?? [inputs[0], inputs[1] ?? "y"];
  const [x, y] = [numbers(table, across), numbers(table, up)];
  const target = table.columns[table.columns.length - 1].values;
  const toX = between(extent(x), [5, SIZE - 5]);
  const toY = between(extent(y), [SIZE - 5, 5]);
  const colour = colouring(target);
  const stride = Math.max(1, Math.floor(table.rows / MOST));
  return Array.from({ length: Math.floor(table.rows / stride) }, (_, nth) => {
    const row = nth * stride;
    return { x: toX(x[row]), y: toY(y[row]), colour: colour(row) };
  });
}

/** Returns the colour of a row: of its class, or of a number from low to high. */
function colouring(target: Float64Array | readonly string[]): (row: number) => string {
  if (target instanceof Float64Array) {
    const share = between(extent(target), [0, 1]);
    return (row) => CLASSES[share(target[row]) < 0.5 ? 0 : 1];
  }
  const names = [...new Set(target)].sort();
  return (row) => CLASSES[names.indexOf(target[row]) % CLASSES.length];
}

/** The first picture of a table of pictures. */
function Pixels({ table }: { table: Table }) {
  const { width, height } = table.picture as { width: number; height: number };
  const pixel = (SIZE - 8) / Math.max(width, height);
  const brightest = Math.max(
    ...table.columns.slice(0, -1).map((column) => Number(column.values[0])),
  );
  return (
    <g fill="currentColor">
      {Array.from({ length: width * height }, (_, at) => (
        <rect
          key={at}
          x={4 + (at % width) * pixel}
          y={4 + Math.floor(at / width) * pixel}
          width={pixel}
          height={pixel}
          opacity={Number(table.columns[at].values[0]) / brightest}
        />
      ))}
    </g>
  );
}
