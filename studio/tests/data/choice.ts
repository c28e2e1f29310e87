import type { Column, DataChoice, Table } from "../../src/data/table.ts";

/** Returns a choice, with what a test sets. */
export function choice(changes: Partial<DataChoice> = {}): DataChoice {
  return {
    source: "csv",
    samples: 300,
    noise: 0.1,
    seed: 1,
    excluded: [],
    missing: "mean",
    standardize: true,
    validation: 0.2,
    ...changes,
  };
}

/** Returns a table of columns; null is a missing number. */
export function table(
  columns: Record<string, readonly (number | null)[] | readonly string[]>,
  more: Partial<Table> = {},
): Table {
  const made: Column[] = Object.entries(columns).map(([name, values]) => ({
    name,
    values: values.some((value) => typeof value === "string")
      ? (values as string[])
      : Float64Array.from(values as (number | null)[], (value) => value ?? Number.NaN),
  }));
  return { name: "test", columns: made, rows: made[0].values.length, ...more };
}

export const bytes = (text: string) => new TextEncoder().encode(text);

/** Returns the key of the error that is thrown, or "nothing". */
export function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as { key?: string }).key ?? String(error);
  }
  return "nothing";
}
