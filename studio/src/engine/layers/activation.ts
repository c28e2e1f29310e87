import type { ACTIVATIONS } from "../../wall/catalogue.ts";
import type { Value } from "../../wall/wall.ts";
import { activations, type Activation as Curve } from "../activations.ts";
import type { Build, Layer } from "./layer.ts";

/** An activation function as a layer. */
export class Activation implements Layer {
  readonly outputs: Float32Array;
  readonly inputGradient: Float32Array;
  readonly #curve: Curve;
  readonly #width: number;
  #given: Float32Array = new Float32Array(0);

  constructor(config: Record<string, Value>, { inputs, most }: Build) {
    this.#curve = activations[config.activation as (typeof ACTIVATIONS)[number]];
    this.#width = inputs;
    this.outputs = new Float32Array(most * inputs);
    this.inputGradient = new Float32Array(most * inputs);
  }

  forward(inputs: Float32Array, rows: number): void {
    this.#given = inputs;
    this.#curve.forward(inputs, this.outputs, rows * this.#width, this.#width);
  }

  backward(gradient: Float32Array, rows: number, wanted: boolean): void {
    if (!wanted) return;
    const n = rows * this.#width;
    const dx = this.inputGradient;
    for (let i = 0; i < n; i += 1) dx[i] = gradient[i];
    this.#curve.backward(dx, this.#given, this.outputs, n, this.#width);
  }
}
