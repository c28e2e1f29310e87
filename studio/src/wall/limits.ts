/** How large a wall may be, wherever it comes from: built, written as code, in a file or a link. */
export const LIMITS = {
  bricks: 100,
  inputs: 10_000,
  units: 4096,
  /** Weights of all bricks: with an optimizer's slots and the copies of a step, some 100 MB. */
  parameters: 2 ** 22,
  batchSize: 100_000,
  epochs: 100_000,
  seed: 2 ** 32 - 1,
  /** Numbers in the arrays that pass from layer to layer, of all rows of a batch: 512 MB. */
  numbers: 2 ** 27,
} as const;
