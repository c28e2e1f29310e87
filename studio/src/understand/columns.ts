/** The columns that inputs come from: a category is one column, however many inputs it became. */

export interface InputColumn {
  readonly name: string;
  /** The indices of its inputs, side by side. */
  readonly inputs: readonly number[];
}

/** Returns the columns of inputs; those of a category are called "column = category". */
export function columnsOf(inputs: readonly string[]): InputColumn[] {
  const columns: { name: string; inputs: number[] }[] = [];
  for (const [index, input] of inputs.entries()) {
    const [column, category] = input.split(" = ", 2);
    const last = columns.at(-1);
    if (category !== undefined && last?.name === column && inputs[last.inputs[0]] !== column)
      last.inputs.push(index);
    else columns.push({ name: category === undefined ? input : column, inputs: [index] });
  }
  return columns;
}

/** Returns the names of the categories of a column of several inputs. */
export const categoriesOf = ({ inputs }: InputColumn, names: readonly string[]): string[] =>
  inputs.map((input) => names[input].split(" = ").slice(1).join(" = "));

/** Returns the category that a row has in a column of several inputs. */
export function categoryOf(
  column: InputColumn,
  names: readonly string[],
  row: ArrayLike<number>,
): string {
  const place = column.inputs.findIndex((input) => row[input] === 1);
  return place < 0 ? "–" : categoriesOf(column, names)[place];
}

/** Returns the row with another category in a column: one of its inputs is 1, the others are 0. */
export function withCategory(row: Float32Array, column: InputColumn, input: number): Float32Array {
  const changed = row.slice();
  for (const one of column.inputs) changed[one] = one === input ? 1 : 0;
  return changed;
}
