import type { Value } from "../../wall/wall.ts";
import { Draws, unit } from "../random.ts";
import type { Build, Layer } from "./layer.ts";

/** In training sets inputs to 0 with probability `rate`, and divides the others by 1 - rate. */
export class Dropout implements Layer {
  readonly outputs: Float32Array;
  readonly inputGradient: Float32Array;
  readonly #width: number;
  readonly #rate: number;
  readonly #kept: number; // the share of the inputs
  readonly #draws: Draws | null;
  #training = false;

  constructor(config: Record<string, Value>, build: Build) {
    const { inputs, most, generator, nextStream } = build;
    this.#width = inputs;
    this.#rate = Math.fround(config.rate as number);
    this.#kept = Math.fround(1 - (config.rate as number));
    this.#draws =
      this.#rate > 0 ? new Draws(generator.seed(2 ** 31), nextStream(), most * inputs) : null;
    this.outputs = new Float32Array(most * inputs);
    this.inputGradient = new Float32Array(most * inputs);
  }

  forward(inputs: Float32Array, rows: number, step: number | null): void {
    const n = rows * this.#width;
    this.#training = step !== null && this.#draws !== null;
    if (step !== null && this.#draws) this.#draws.draw(step, n);
    this.#pass(inputs, this.outputs, n);
  }

  backward(gradient: Float32Array, rows: number, wanted: boolean): void {
    if (wanted) this.#pass(gradient, this.inputGradient, rows * this.#width);
  }

  /** Both passes are the same: what is dropped is so for the gradient too. */
  #pass(given: Float32Array, result: Float32Array, n: number): void {
    if (!this.#training || !this.#draws) {
      for (let i = 0; i < n; i += 1) result[i] = given[i];
      return;
    }
    const { words } = this.#draws;
    for (let i = 0; i < n; i += 1) {
      result[i] = unit(words[i]) >= this.#rate ? given[i] / this.#kept : 0;
    }
  }
}
