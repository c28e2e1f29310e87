/** What an optimizer keeps for each weight that it trains, as Keras names and orders it. */
import { complete, OPTIMIZERS } from "../wall/catalogue.ts";
import type { Optimizer } from "../wall/wall.ts";

export interface Slots {
  /** Kinds that are made together: a weight's one stands beside its other. */
  readonly groups: readonly (readonly string[])[];
  readonly initial: number;
  /** Numbers that belong to no weight, and what they begin with. */
  readonly scalars: readonly number[];
}

export function slotsOf({ kind, config }: Optimizer): Slots {
  const { momentum, initial_accumulator_value: accumulated } = complete(
    OPTIMIZERS[kind].fields,
    config,
  );
  const zeros = (...groups: string[][]): Slots => ({ groups, initial: 0, scalars: [] });
  const withMomentum = momentum ? [["momentum"]] : [];
  switch (kind) {
    case "SGD":
      return zeros(...withMomentum);
    case "RMSprop":
      return zeros(["velocity"], ...withMomentum);
    case "Adagrad":
      return { groups: [["accumulator"]], initial: accumulated as number, scalars: [] };
    case "Adamax":
      return zeros(["momentum", "norm"]);
    case "Nadam":
      return { ...zeros(["momentum", "velocity"]), scalars: [1] };
    default: // Adam, AdamW
      return zeros(["momentum", "velocity"]);
  }
}
