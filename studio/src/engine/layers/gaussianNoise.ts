import type { Value } from "../../wall/wall.ts";
import { Draws, unit } from "../random.ts";
import type { Build, Layer } from "./layer.ts";

/** In training adds normally distributed noise, by the transform of Box and Muller (1958). */
export class GaussianNoise implements Layer {
  readonly outputs: Float32Array;
  readonly inputGradient: Float32Array;
  readonly #width: number;
  readonly #stddev: number;
  readonly #draws: Draws | null;

  constructor(config: Record<string, Value>, build: Build) {
    const { inputs, most, generator, nextStream } = build;
    this.#width = inputs;
    this.#stddev = Math.fround(config.stddev as number);
    this.#draws =
      this.#stddev > 0 ? new Draws(generator.seed(2 ** 31), nextStream(), 2 * most * inputs) : null;
    this.outputs = new Float32Array(most * inputs);
    this.inputGradient = new Float32Array(most * inputs);
  }

  forward(inputs: Float32Array, rows: number, step: number | null): void {
    const n = rows * this.#width;
    const y = this.outputs;
    for (let i = 0; i < n; i += 1) y[i] = inputs[i];
    if (step === null || !this.#draws) return;
    const draws = this.#draws;
    draws.draw(step, 2 * n); // the radius of each element, and then the angles
    for (let i = 0; i < n; i += 1) {
      const radius = Math.sqrt(-2 * Math.log(1 - unit(draws.words[i])));
      y[i] += Math.fround(radius * Math.cos(2 * Math.PI * unit(draws.words[n + i])) * this.#stddev);
    }
  }

  backward(gradient: Float32Array, rows: number, wanted: boolean): void {
    if (!wanted) return;
    const n = rows * this.#width;
    for (let i = 0; i < n; i += 1) this.inputGradient[i] = gradient[i];
  }
}
