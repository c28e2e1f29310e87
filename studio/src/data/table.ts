/** Tables of columns, what a user chose of them, and the arrays that are trained on. */

export interface Column {
  readonly name: string;
  /** Numbers (NaN: missing) or texts ("": missing). */
  readonly values: Float64Array | readonly string[];
}

/** Returns what a column has in a row, as text; nothing where it is missing. */
export function cellOf({ values }: Column, row: number): string {
  const value = values[row];
  return typeof value === "number" && Number.isNaN(value) ? "" : String(value);
}

export type Task = "binary" | "classes" | "regression";

/** A line of `words`, with what is filled in. */
export interface Note {
  readonly key: string;
  readonly values: Readonly<Record<string, string | number>>;
}

export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly rows: number;
  /** The column to learn and its task, unless the user chooses others. */
  readonly target?: string | undefined;
  readonly task?: Task | undefined;
  /** What the values of its own target mean, by index: a 0 and a 1 say little. */
  readonly classes?: readonly string[] | undefined;
  /** Inputs are the pixels of pictures, row by row. */
  readonly picture?: Picture | undefined;
  /** What was done when it was read. */
  readonly notes?: readonly Note[] | undefined;
  /** Of a file: how it was read, so that code reads it alike. */
  readonly format?: Format | undefined;
}

/** The columns' names are the header's, others than the header's, or there is no header. */
export const HEADERS = ["names", "other", "none"] as const;

export interface Format {
  readonly delimiter: string;
  readonly decimalComma: boolean;
  readonly encoding: string;
  /** Lines above the first row or the header. */
  readonly skipped: number;
  readonly header: (typeof HEADERS)[number];
  /** The words that stand for no value, where any reader takes all other cells as they are here. */
  readonly missing?: readonly string[] | undefined;
}

export interface Picture {
  readonly width: number;
  readonly height: number;
}

export interface Scale {
  readonly mean: number;
  readonly std: number;
}

/** What the user chose; plain data, part of the document. */
export interface DataChoice {
  /** A name of `datasets.ts`, or "drawn" (points by hand), or "csv". */
  readonly source: string;
  /** Of generated data: number of points, noise (0 to 1) and seed. */
  readonly samples: number;
  readonly noise: number;
  readonly seed: number;
  /** Of "drawn" and "csv": the table itself. */
  readonly table?: Table | undefined;
  /** The target's column; undefined: the source's own. */
  readonly target?: string | undefined;
  /** Columns that are left out. */
  readonly excluded: readonly string[];
  readonly task?: Task | undefined; // undefined: found out
  readonly missing: "mean" | "drop"; // fill in what is missing, or leave its row out
  readonly standardize: boolean;
  readonly validation: number; // share of the rows held out, 0 to 0.9
}

/** The inputs of rows in an array, as an engine takes them. */
export interface Inputs {
  readonly rows: number;
  readonly x: Float32Array; // rows x inputs, row by row
  readonly inputs: number;
}

export interface Rows extends Inputs {
  /** rows x 1: 0 or 1, the index of a class, or a number. */
  readonly y: Float32Array;
}

/** A table as it goes into a network. */
export interface Prepared {
  readonly name: string;
  readonly task: Task;
  /** The name of each input; a category is one input for each of its values: "sex = female". */
  readonly inputs: readonly string[];
  readonly target: string;
  /** Of classes, and of binary targets: their names, by index. */
  readonly classes: readonly string[];
  /** The number of outputs that fit: 1, or the number of classes. */
  readonly outputs: number;
  readonly training: Rows;
  readonly validation: Rows | null;
  /** Which row of the table each of them is, from 0; ascending. */
  readonly origins: {
    readonly training: readonly number[];
    readonly validation: readonly number[];
    readonly unlabelled: readonly number[];
  };
  /** Rows whose target is missing: they are in no set, and the wall may predict them. */
  readonly unlabelled: Inputs;
  /** Inputs are (x - mean) / std where standardized. */
  readonly scales: readonly Scale[];
  /** y is (target - mean) / std: where a target to regress is far from numbers around 1. */
  readonly targetScale?: Scale | undefined;
  /** All inputs are the pixels of pictures, row by row. */
  readonly picture?: Picture | undefined;
  /** What was done to the table and is worth a line: missing values, columns left out ... */
  readonly notes: readonly Note[];
}
