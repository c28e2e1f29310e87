/** The formula of a BatchNormalization that does not train, with the numbers of one signal. */
import { BRICKS, complete } from "../wall/catalogue.ts";
import type { Config, Weight } from "../wall/wall.ts";
import { bracketed, type Formula, short } from "./numbers.ts";

export function batchNormFormula(
  config: Config,
  weights: readonly Weight[],
  x: number,
  unit: number,
): Formula {
  const of = (name: string) => weights.find((weight) => weight.name === name)?.values[unit];
  const [gamma, beta, mean, variance] = [
    of("gamma"),
    of("beta"),
    of("moving_mean"),
    of("moving_variance"),
  ];
  const { epsilon } = complete(BRICKS.BatchNormalization.fields, config);
  const standardized = `(${short(x)} − ${bracketed(mean ?? 0)}) / √(${short(variance ?? 1)} + ${short(epsilon as number)})`;
  const symbols = "(x − μ) / √(σ² + ε)";
  return {
    symbols: (gamma === undefined ? "" : "γ · ") + symbols + (beta === undefined ? "" : " + β"),
    numbers:
      (gamma === undefined ? "" : `${short(gamma)} · `) +
      standardized +
      (beta === undefined ? "" : ` + ${bracketed(beta)}`),
  };
}
