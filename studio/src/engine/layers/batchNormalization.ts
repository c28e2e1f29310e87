import type { Value } from "../../wall/wall.ts";
import type { Build, Layer, Parameter } from "./layer.ts";

/**
 * `(x - mean) / sqrt(variance + epsilon) * gamma + beta` for each feature: in training by the batch's
 * mean and variance, else, and when it is frozen, by their moving averages.
 */
export class BatchNormalization implements Layer {
  readonly outputs: Float32Array;
  readonly inputGradient: Float32Array;
  readonly #width: number;
  readonly #momentum: number;
  readonly #epsilon: number;
  readonly #trained: boolean;
  readonly #gamma: Parameter | null;
  readonly #beta: Parameter | null;
  readonly #movingMean: Parameter;
  readonly #movingVariance: Parameter;
  readonly #mean: Float32Array;
  readonly #variance: Float32Array;
  #given: Float32Array = new Float32Array(0);
  #byBatch = false;

  constructor(config: Record<string, Value>, build: Build) {
    const { inputs, most, trained, parameter } = build;
    const ones = () => new Float32Array(inputs).fill(1);
    const zeros = () => new Float32Array(inputs);
    this.#width = inputs;
    this.#momentum = config.momentum as number;
    this.#epsilon = Math.fround(config.epsilon as number);
    this.#trained = trained;
    this.#gamma = config.scale ? parameter("gamma", [inputs], ones) : null;
    this.#beta = config.center ? parameter("beta", [inputs], zeros) : null;
    this.#movingMean = parameter("moving_mean", [inputs], zeros, { trained: false });
    this.#movingVariance = parameter("moving_variance", [inputs], ones, { trained: false });
    this.#mean = new Float32Array(inputs);
    this.#variance = new Float32Array(inputs);
    this.outputs = new Float32Array(most * inputs);
    this.inputGradient = new Float32Array(most * inputs);
  }

  forward(inputs: Float32Array, rows: number, step: number | null): void {
    const width = this.#width;
    this.#given = inputs;
    this.#byBatch = step !== null && this.#trained;
    for (let j = 0; j < width; j += 1) {
      if (this.#byBatch) this.#measure(inputs, rows, j);
      else {
        this.#mean[j] = this.#movingMean.values[j];
        this.#variance[j] = this.#movingVariance.values[j];
      }
      const scale = Math.fround(this.#inverse(j) * (this.#gamma ? this.#gamma.values[j] : 1));
      const shift = Math.fround((this.#beta ? this.#beta.values[j] : 0) - this.#mean[j] * scale);
      for (let i = j; i < rows * width; i += width) this.outputs[i] = inputs[i] * scale + shift;
    }
  }

  backward(gradient: Float32Array, rows: number, wanted: boolean): void {
    const width = this.#width;
    const x = this.#given;
    const n = rows * width;
    for (let j = 0; j < width; j += 1) {
      const inverse = this.#inverse(j);
      let sum = 0;
      let along = 0; // the sum of gradient * normalized input
      for (let i = j; i < n; i += width) {
        sum += gradient[i];
        along += gradient[i] * (x[i] - this.#mean[j]) * inverse;
      }
      if (this.#trained) {
        if (this.#gamma) this.#gamma.gradient[j] = along;
        if (this.#beta) this.#beta.gradient[j] = sum;
      }
      if (!wanted) continue;
      const scale = inverse * (this.#gamma ? this.#gamma.values[j] : 1);
      const dx = this.inputGradient;
      if (!this.#byBatch) for (let i = j; i < n; i += width) dx[i] = gradient[i] * scale;
      else {
        for (let i = j; i < n; i += width) {
          const normalized = (x[i] - this.#mean[j]) * inverse;
          dx[i] = scale * (gradient[i] - (sum + normalized * along) / rows);
        }
      }
    }
  }

  commit(): void {
    if (!this.#byBatch) return;
    move(this.#movingMean.values, this.#mean, this.#momentum);
    move(this.#movingVariance.values, this.#variance, this.#momentum);
  }

  #measure(x: Float32Array, rows: number, j: number): void {
    const width = this.#width;
    let sum = 0;
    for (let i = j; i < rows * width; i += width) sum += x[i];
    const mean = Math.fround(sum / rows);
    let squares = 0;
    for (let i = j; i < rows * width; i += width) squares += (x[i] - mean) * (x[i] - mean);
    this.#mean[j] = mean;
    this.#variance[j] = squares / rows;
  }

  #inverse(j: number): number {
    return Math.fround(1 / Math.sqrt(this.#variance[j] + this.#epsilon));
  }
}

function move(average: Float32Array, value: Float32Array, momentum: number): void {
  const kept = Math.fround(momentum);
  const taken = Math.fround(1 - momentum);
  for (let j = 0; j < average.length; j += 1) average[j] = average[j] * kept + value[j] * taken;
}
