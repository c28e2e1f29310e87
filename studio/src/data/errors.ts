/** Data that can't be used. `key` and `values` are a line of `words`, which says why and what to do. */
export class DataError extends Error {
  override readonly name = "DataError";

  constructor(
    readonly key: string,
    readonly values: Readonly<Record<string, string | number>> = {},
  ) {
    super(`${key} ${JSON.stringify(values)}`);
  }
}
