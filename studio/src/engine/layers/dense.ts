import type { ACTIVATIONS } from "../../wall/catalogue.ts";
import type { Value } from "../../wall/wall.ts";
import { type Activation, activations } from "../activations.ts";
import { type Initializer, initial } from "../initializers.ts";
import { penaltyOf } from "../penalties.ts";
import { product } from "../product.ts";
import type { Build, Layer, Parameter } from "./layer.ts";

/** `activation(inputs @ kernel + bias)`. */
export class Dense implements Layer {
  readonly outputs: Float32Array;
  readonly preactivations: Float32Array;
  readonly inputGradient: Float32Array;
  readonly #inputs: number;
  readonly #units: number;
  readonly #kernel: Parameter;
  readonly #bias: Parameter | null;
  readonly #activation: Activation | null; // null: linear
  #given: Float32Array = new Float32Array(0);

  constructor(config: Record<string, Value>, build: Build) {
    const { inputs, most, generator } = build;
    const units = config.units as number;
    this.#inputs = inputs;
    this.#units = units;
    const kernel = initial(config.kernel_initializer as Initializer, [inputs, units], generator);
    this.#kernel = build.parameter("kernel", [inputs, units], kernel, {
      penalty: penaltyOf(config.kernel_regularizer),
    });
    this.#bias = null;
    if (config.use_bias) {
      const bias = initial(config.bias_initializer as Initializer, [units], generator);
      this.#bias = build.parameter("bias", [units], bias, {
        penalty: penaltyOf(config.bias_regularizer),
      });
    }
    const name = config.activation as (typeof ACTIVATIONS)[number];
    this.#activation = name === "linear" ? null : activations[name];
    this.preactivations = new Float32Array(most * units);
    this.outputs = this.#activation ? new Float32Array(most * units) : this.preactivations;
    this.inputGradient = new Float32Array(most * inputs);
  }

  forward(inputs: Float32Array, rows: number): void {
    const n = this.#inputs;
    const units = this.#units;
    const z = this.preactivations;
    this.#given = inputs;
    const bias = this.#bias ? this.#bias.values : null;
    product(z, rows, units, n, inputs, n, 1, this.#kernel.values, units, 1, bias);
    if (this.#activation) this.#activation.forward(z, this.outputs, rows * units, units);
  }

  backward(gradient: Float32Array, rows: number, wanted: boolean): void {
    const n = this.#inputs;
    const units = this.#units;
    if (this.#activation) {
      this.#activation.backward(gradient, this.preactivations, this.outputs, rows * units, units);
    }
    const kernel = this.#kernel;
    if (kernel.trained) {
      product(kernel.gradient, n, units, rows, this.#given, 1, n, gradient, units, 1, null);
      if (this.#bias) sumOfRows(this.#bias.gradient, gradient, rows, units);
    }
    if (wanted) {
      const dx = this.inputGradient;
      product(dx, rows, n, units, gradient, units, 1, kernel.values, 1, units, null);
    }
  }
}

function sumOfRows(sum: Float32Array, values: Float32Array, rows: number, width: number): void {
  for (let j = 0; j < width; j += 1) {
    let total = 0;
    for (let i = j; i < rows * width; i += width) total += values[i];
    sum[j] = total;
  }
}
