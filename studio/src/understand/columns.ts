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

/** Returns the category that a row has in a column of several inputs. */
export function categoryOf(
  { inputs: indices }: InputColumn,
  names: readonly string[],
  row: ArrayLike<number>,
): string {
  const index = indices.find((input) => row[input] === 1);
  return index === undefined ? "–" : names[index].split(" = ").slice(1).join(" = ");
}
