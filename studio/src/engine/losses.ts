/**
 * Losses: the mean over rows, and its gradient with respect to the outputs. Clipping, and the
 * gradients at its bounds, are those of Keras on JAX.
 */
import type { LOSSES } from "../wall/catalogue.ts";

/**
 * Returns the mean loss of rows of `width` outputs, and sets the gradient. Targets have the shape of
 * the outputs; for sparse_categorical_crossentropy they are one class index a row.
 */
export type Loss = (
  outputs: Float32Array,
  targets: Float32Array,
  rows: number,
  width: number,
  gradient: Float32Array,
) => number;

const LOW = Math.fround(1e-7);
const HIGH = Math.fround(1 - 1e-7);

const clipped = (p: number) => Math.min(Math.max(p, LOW), HIGH);
/** The derivative of `clipped`. */
const passed = (p: number) => (p > LOW && p < HIGH ? 1 : p === LOW || p === HIGH ? 0.5 : 0);

const binaryCrossentropy: Loss = (outputs, targets, rows, width, gradient) => {
  const n = rows * width;
  let sum = 0;
  for (let i = 0; i < n; i += 1) {
    const p = clipped(outputs[i]);
    const t = targets[i];
    sum -= t * Math.log(p) + (1 - t) * Math.log(1 - p);
    gradient[i] = (((1 - t) / (1 - p) - t / p) * passed(outputs[i])) / n;
  }
  return sum / n;
};

/** -sum(t log(p / sum(p))) of each row. */
const categoricalCrossentropy: Loss = (outputs, targets, rows, width, gradient) => {
  let sum = 0;
  for (let start = 0; start < rows * width; start += width) {
    let total = 0;
    for (let i = start; i < start + width; i += 1) total += outputs[i];
    let mean = 0; // of the gradient with respect to the shares, weighted by them
    for (let i = start; i < start + width; i += 1) {
      const share = Math.fround(outputs[i] / total);
      sum -= targets[i] * Math.log(clipped(share));
      gradient[i] = (-targets[i] / clipped(share)) * passed(share);
      mean += gradient[i] * share;
    }
    for (let i = start; i < start + width; i += 1) {
      gradient[i] = (gradient[i] - mean) / (total * rows);
    }
  }
  return sum / rows;
};

/** -log(p[class] / sum(p)) of each row. */
const sparseCategoricalCrossentropy: Loss = (outputs, targets, rows, width, gradient) => {
  let sum = 0;
  for (let row = 0; row < rows; row += 1) {
    const start = row * width;
    let total = 0;
    for (let i = start; i < start + width; i += 1) total += outputs[i];
    const share = Math.fround(outputs[start + targets[row]] / total);
    sum -= Math.log(clipped(share));
    const slope = passed(share) / (clipped(share) * total * rows);
    for (let i = start; i < start + width; i += 1) gradient[i] = slope * share;
    gradient[start + targets[row]] -= slope;
  }
  return sum / rows;
};

const meanSquaredError: Loss = (outputs, targets, rows, width, gradient) => {
  const n = rows * width;
  let sum = 0;
  for (let i = 0; i < n; i += 1) {
    const error = outputs[i] - targets[i];
    sum += error * error;
    gradient[i] = (2 * error) / n;
  }
  return sum / n;
};

const meanAbsoluteError: Loss = (outputs, targets, rows, width, gradient) => {
  const n = rows * width;
  let sum = 0;
  for (let i = 0; i < n; i += 1) {
    const error = outputs[i] - targets[i];
    sum += Math.abs(error);
    gradient[i] = (error >= 0 ? 1 : -1) / n;
  }
  return sum / n;
};

const huber: Loss = (outputs, targets, rows, width, gradient) => {
  const n = rows * width;
  let sum = 0;
  for (let i = 0; i < n; i += 1) {
    const error = outputs[i] - targets[i];
    const size = Math.abs(error);
    sum += size <= 1 ? 0.5 * error * error : size - 0.5;
    gradient[i] = (size <= 1 ? error : Math.sign(error)) / n;
  }
  return sum / n;
};

const logCosh: Loss = (outputs, targets, rows, width, gradient) => {
  const n = rows * width;
  let sum = 0;
  for (let i = 0; i < n; i += 1) {
    const error = outputs[i] - targets[i];
    const size = Math.abs(error);
    sum += size + Math.log1p(Math.exp(-2 * size)) - Math.LN2;
    gradient[i] = Math.tanh(error) / n;
  }
  return sum / n;
};

const poisson: Loss = (outputs, targets, rows, width, gradient) => {
  const n = rows * width;
  let sum = 0;
  for (let i = 0; i < n; i += 1) {
    const mean = outputs[i] + LOW;
    sum += outputs[i] - targets[i] * Math.log(mean);
    gradient[i] = (1 - targets[i] / mean) / n;
  }
  return sum / n;
};

/** Targets are -1 and 1, or 0 and 1, where 0 counts as -1. */
const hinge: Loss = (outputs, targets, rows, width, gradient) => {
  const n = rows * width;
  let sum = 0;
  for (let i = 0; i < n; i += 1) {
    const sign = targets[i] === 0 ? -1 : targets[i];
    const violation = 1 - sign * outputs[i];
    sum += Math.max(violation, 0); // NaN stays NaN
    gradient[i] = (violation > 0 ? -sign : violation === 0 ? -0.5 * sign : 0) / n;
  }
  return sum / n;
};

export const losses: Readonly<Record<(typeof LOSSES)[number], Loss>> = {
  binary_crossentropy: binaryCrossentropy,
  sparse_categorical_crossentropy: sparseCategoricalCrossentropy,
  categorical_crossentropy: categoricalCrossentropy,
  mean_squared_error: meanSquaredError,
  mean_absolute_error: meanAbsoluteError,
  huber,
  log_cosh: logCosh,
  poisson,
  hinge,
};
