/** Which inputs tell most about the target, one by one. */
import type { Prepared, Rows } from "./table.ts";

/**
 * Returns the two inputs that tell most, in the order of the columns; the first two of two. Their share
 * of explained variance is that of their classes' means (eta squared), or of a line for a number (r squared).
 */
export function tellingInputs({ training, task, inputs }: Prepared): readonly [number, number] {
  if (inputs.length <= 2) return [0, 1];
  const share = task === "regression" ? lineShare : classShare;
  const shares = inputs.map((_, input) => share(training, input));
  const [best, second] = shares.map((_, input) => input).sort((a, b) => shares[b] - shares[a]);
  return best < second ? [best, second] : [second, best];
}

function classShare({ rows, x, y, inputs }: Rows, input: number): number {
  const sums: { count: number; sum: number }[] = [];
  let [sum, squares] = [0, 0];
  for (let i = 0; i < rows; i++) {
    const value = x[i * inputs + input];
    sums[y[i]] ??= { count: 0, sum: 0 };
    const of = sums[y[i]];
    of.count += 1;
    of.sum += value;
    sum += value;
    squares += value * value;
  }
  const all = squares - (sum * sum) / rows;
  const between = sums.reduce((total, of) => total + (of.sum * of.sum) / of.count, 0);
  return all > 0 ? (between - (sum * sum) / rows) / all : 0;
}

function lineShare({ rows, x, y, inputs }: Rows, input: number): number {
  const value = (i: number) => x[i * inputs + input];
  let [meanX, meanY] = [0, 0];
  for (let i = 0; i < rows; i++) {
    meanX += value(i) / rows;
    meanY += y[i] / rows;
  }
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < rows; i++) {
    const [dx, dy] = [value(i) - meanX, y[i] - meanY];
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return xx > 0 && yy > 0 ? (xy * xy) / (xx * yy) : 0;
}
