/** From what the user chose to what is trained on. */
import { load } from "./datasets.ts";
import { prepare } from "./prepare.ts";
import type { DataChoice, Prepared } from "./table.ts";

/**
 * Returns the data of a choice, or fails with a `DataError`, whose `key` and `values` are a line of
 * `words`.
 */
export async function loadPrepared(choice: DataChoice): Promise<Prepared> {
  return prepare(load(choice), choice);
}
