import type { Value } from "../../wall/wall.ts";
import type { Build, Layer, Parameter } from "./layer.ts";

/** `(x - mean) / sqrt(variance + epsilon) * gamma + beta`, by the mean and variance of each row. */
export class LayerNormalization implements Layer {
  readonly outputs: Float32Array;
  readonly inputGradient: Float32Array;
  readonly #width: number;
  readonly #epsilon: number;
  readonly #gamma: Parameter | null;
  readonly #beta: Parameter | null;
  readonly #normalized: Float32Array;
  readonly #inverse: Float32Array; // of each row
  readonly #sums: Float64Array;

  constructor(config: Record<string, Value>, { inputs, most, parameter }: Build) {
    this.#width = inputs;
    this.#epsilon = Math.fround(config.epsilon as number);
    this.#gamma = config.scale
      ? parameter("gamma", [inputs], () => new Float32Array(inputs).fill(1))
      : null;
    this.#beta = config.center ? parameter("beta", [inputs], () => new Float32Array(inputs)) : null;
    this.#normalized = new Float32Array(most * inputs);
    this.#inverse = new Float32Array(most);
    this.#sums = new Float64Array(inputs);
    this.outputs = new Float32Array(most * inputs);
    this.inputGradient = new Float32Array(most * inputs);
  }

  forward(x: Float32Array, rows: number): void {
    const width = this.#width;
    const gamma = this.#gamma?.values;
    const beta = this.#beta?.values;
    for (let row = 0; row < rows; row += 1) {
      const start = row * width;
      let sum = 0;
      for (let j = 0; j < width; j += 1) sum += x[start + j];
      const mean = Math.fround(sum / width);
      let squares = 0;
      for (let j = 0; j < width; j += 1) squares += (x[start + j] - mean) ** 2;
      const inverse = Math.fround(1 / Math.sqrt(Math.fround(squares / width) + this.#epsilon));
      this.#inverse[row] = inverse;
      for (let j = 0; j < width; j += 1) {
        const normalized = (x[start + j] - mean) * inverse;
        this.#normalized[start + j] = normalized;
        this.outputs[start + j] = normalized * (gamma ? gamma[j] : 1) + (beta ? beta[j] : 0);
      }
    }
  }

  backward(gradient: Float32Array, rows: number, wanted: boolean): void {
    const n = rows * this.#width;
    if (this.#gamma?.trained) this.#sumOfRows(this.#gamma.gradient, gradient, this.#normalized, n);
    if (this.#beta?.trained) this.#sumOfRows(this.#beta.gradient, gradient, null, n);
    if (wanted) this.#inputs(gradient, rows);
  }

  #inputs(gradient: Float32Array, rows: number): void {
    const width = this.#width;
    const gamma = this.#gamma?.values;
    for (let row = 0; row < rows; row += 1) {
      const start = row * width;
      let sum = 0;
      let along = 0; // the sum of gradient * normalized input
      for (let j = 0; j < width; j += 1) {
        const g = gradient[start + j] * (gamma ? gamma[j] : 1);
        sum += g;
        along += g * this.#normalized[start + j];
      }
      for (let j = 0; j < width; j += 1) {
        const g = gradient[start + j] * (gamma ? gamma[j] : 1);
        this.inputGradient[start + j] =
          this.#inverse[row] * (g - (sum + this.#normalized[start + j] * along) / width);
      }
    }
  }

  /** Sets the sums over rows of the gradient, times what is given. */
  #sumOfRows(
    result: Float32Array,
    gradient: Float32Array,
    times: Float32Array | null,
    n: number,
  ): void {
    const width = this.#width;
    const sums = this.#sums.fill(0);
    for (let start = 0; start < n; start += width) {
      for (let j = 0; j < width; j += 1) {
        sums[j] += times ? gradient[start + j] * times[start + j] : gradient[start + j];
      }
    }
    for (let j = 0; j < width; j += 1) result[j] = sums[j];
  }
}
