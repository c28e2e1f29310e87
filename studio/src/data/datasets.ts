/** The data that comes with the page: real tables, and generated ones. */
import { inflateSync } from "fflate";
import { isDrawn, isEnough } from "./drawn.ts";
import { DataError } from "./errors.ts";
import digits from "./generated/digits.json";
import iris from "./generated/iris.json";
import pima from "./generated/pima.json";
import { curve, points } from "./synthetic.ts";
import type { Column, DataChoice, Table, Task } from "./table.ts";

export interface Source {
  readonly name: string;
  readonly kind: "real" | "points" | "curve";
  readonly task: Task;
  readonly target: string;
  /** The number of its rows; null: as many as the user chooses. */
  readonly rows: number | null;
  readonly inputs: number;
}

const generated = (name: string, kind: "points" | "curve", task: Task, inputs = 2): Source => ({
  name,
  kind,
  task,
  target: kind === "curve" ? "y" : "class",
  rows: null,
  inputs,
});

export const SOURCES: readonly Source[] = [
  { name: "pima", kind: "real", task: "binary", target: "diabetes", rows: 532, inputs: 7 },
  { name: "iris", kind: "real", task: "classes", target: "species", rows: 150, inputs: 4 },
  { name: "digits", kind: "real", task: "classes", target: "digit", rows: 1797, inputs: 64 },
  generated("moons", "points", "binary"),
  generated("circles", "points", "binary"),
  generated("spiral", "points", "binary"),
  generated("xor", "points", "binary"),
  generated("blobs", "points", "classes"),
  generated("sine", "curve", "regression", 1),
  generated("step", "curve", "regression", 1),
  generated("line", "curve", "regression", 1),
  generated("surface", "curve", "regression"),
];

/** Where the real tables come from, and under which licence they may be given away. */
export const ORIGINS: Readonly<Record<string, Origin>> = {
  pima: originOf(pima),
  iris: originOf(iris),
  digits: originOf(digits),
};

type Origin = Readonly<Record<"source" | "licence", string>>;

function originOf({ source, licence }: Origin): Origin {
  return { source, licence };
}

/** The noise of generated data until one chooses another: more, and two spirals are a cloud. */
export const noiseOf = (source: string): number => (source === "spiral" ? 0.03 : 0.1);

export const SAMPLES = { min: 10, max: 5000 } as const;

type Stored = {
  readonly columns: readonly { readonly name: string; readonly values: readonly unknown[] }[];
};

const tables = new Map<string, Table>();

/** Returns the table of a choice: a dataset's, or the user's own. */
export function load(choice: DataChoice): Table {
  if (choice.source === "drawn" || choice.source === "csv") return own(choice);
  const source = SOURCES.find((one) => one.name === choice.source);
  if (!source)
    throw new DataError("data.refused.source", {
      source: choice.source,
      sources: SOURCES.map((one) => one.name).join(", "),
    });
  if (source.kind === "real") {
    const table = tables.get(source.name) ?? real(source.name);
    tables.set(source.name, table);
    return table;
  }
  const { samples, noise, seed } = choice;
  check("samples", samples, SAMPLES.min, SAMPLES.max, true);
  check("noise", noise, 0, 1, false);
  check("seed", seed, 0, 2 ** 32 - 1, true);
  const make = source.kind === "points" ? points : curve;
  return make(source.name, samples, noise, seed);
}

/** A table may come out of a file or a link: it is looked at before it is used. */
function own({ table, source }: DataChoice): Table {
  if (!table?.rows)
    throw new DataError(source === "csv" ? "data.refused.nofile" : "data.refused.blank");
  if (source === "drawn" && !isDrawn(table)) throw new DataError("data.refused.drawn");
  if (source === "drawn" && !isEnough(table)) throw new DataError("data.refused.blank");
  for (const { name, values } of table.columns)
    if (values.length !== table.rows)
      throw new DataError("data.refused.length", {
        column: name,
        length: values.length,
        rows: table.rows,
      });
  return table;
}

function check(name: string, value: number, min: number, max: number, whole: boolean): void {
  const fits = value >= min && value <= max && (!whole || Number.isInteger(value));
  if (!fits) throw new DataError("data.refused.setting", { name, value: String(value), min, max });
}

function real(name: string): Table {
  if (name === "digits") return pictures();
  const { columns }: Stored = name === "pima" ? pima : iris;
  return {
    name,
    columns: columns.map(column),
    rows: columns[0].values.length,
    target: columns[columns.length - 1].name,
    classes: name === "pima" ? ["no diabetes", "diabetes"] : undefined,
  };
}

function column({ name, values }: Stored["columns"][number]): Column {
  const texts = values.some((value) => typeof value === "string");
  return { name, values: texts ? (values as string[]) : Float64Array.from(values as number[]) };
}

/** Returns the digits: a column for each pixel, 0 to 16. */
function pictures(): Table {
  const { side, labels } = digits;
  const packed = Uint8Array.from(atob(digits.pixels), (letter) => letter.charCodeAt(0));
  const pixels = inflateSync(packed);
  const size = side * side;
  const columns = Array.from({ length: size }, (_, pixel) => ({
    name: `pixel_${Math.floor(pixel / side)}_${pixel % side}`,
    values: Float64Array.from(labels, (_, row) => pixels[row * size + pixel]),
  }));
  return {
    name: "digits",
    columns: [...columns, { name: "digit", values: [...labels] }],
    rows: labels.length,
    target: "digit",
    picture: { width: side, height: side },
  };
}
