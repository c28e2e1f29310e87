/** Numbers of a scaled target in the units of its table. */
import type { Prepared, Scale } from "./table.ts";

export const UNSCALED: Scale = { mean: 0, std: 1 };

export const targetScale = (data: Prepared): Scale => data.targetScale ?? UNSCALED;

/** Returns a value of the target in the units of the table. */
export function unscaled(value: number, { mean, std }: Scale): number {
  return value * std + mean;
}

/** Returns a mean error of a scaled target in its units: of squares the root; null where it has them already. */
export function errorInUnits(name: string, error: number, data: Prepared): number | null {
  const std = data.targetScale?.std;
  if (std === undefined) return null;
  if (name === "mean_absolute_error") return error * std;
  return name === "mean_squared_error" ? Math.sqrt(error) * std : null;
}
