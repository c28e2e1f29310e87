/** Metrics: sums over rows, of which an epoch shows the mean. */
import type { METRICS } from "../wall/catalogue.ts";

/**
 * Returns the sum of a metric over rows of `width` outputs. Targets have `targetWidth` numbers a row:
 * as many, or one (a class index, or the target of one output).
 */
export type Metric = (
  outputs: Float32Array,
  targets: Float32Array,
  rows: number,
  width: number,
  targetWidth: number,
) => number;

/** Keras's "accuracy": of one output, of class indices, or of one-hot targets. */
const accuracy: Metric = (outputs, targets, rows, width, targetWidth) => {
  let hits = 0;
  for (let row = 0; row < rows; row += 1) {
    const target = targetWidth === 1 ? targets[row] : largest(targets, row * width, width);
    if (decided(outputs, row, width) === target) hits += 1;
  }
  return hits;
};

/**
 * Returns the class that a row's outputs mean, as Keras's accuracy takes it: of one output whether it
 * is above 0.5, with a hinge loss too, of several the place of the largest.
 */
export function decided(outputs: Float32Array, row: number, width: number): number {
  return width === 1 ? Number(outputs[row] > 0.5) : largest(outputs, row * width, width);
}

/** Returns the place of the largest of some numbers; of equal ones, the first. */
function largest(values: Float32Array, start: number, count: number): number {
  let place = 0;
  for (let i = 1; i < count; i += 1) if (values[start + i] > values[start + place]) place = i;
  return place;
}

const meanSquaredError: Metric = (outputs, targets, rows, width, targetWidth) => {
  let sum = 0;
  for (let i = 0; i < rows * width; i += 1) {
    const error = outputs[i] - targets[targetWidth === width ? i : Math.floor(i / width)];
    sum += error * error;
  }
  return sum / width;
};

const meanAbsoluteError: Metric = (outputs, targets, rows, width, targetWidth) => {
  let sum = 0;
  for (let i = 0; i < rows * width; i += 1) {
    sum += Math.abs(outputs[i] - targets[targetWidth === width ? i : Math.floor(i / width)]);
  }
  return sum / width;
};

export const metrics: Readonly<Record<(typeof METRICS)[number], Metric>> = {
  accuracy,
  mean_absolute_error: meanAbsoluteError,
  mean_squared_error: meanSquaredError,
};
