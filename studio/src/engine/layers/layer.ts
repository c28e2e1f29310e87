/** What a layer is: weights, a forward and a backward pass. Its arrays are made once. */
import type { MersenneTwister } from "../mersenne.ts";
import type { Penalty } from "../penalties.ts";

/** A weight. Those that are trained lie side by side in memory (see `network.ts`). */
export interface Parameter {
  readonly name: string; // Keras's: kernel, bias, gamma ...
  readonly shape: readonly number[];
  readonly trained: boolean;
  readonly penalty: Penalty | null;
  values: Float32Array;
  gradient: Float32Array; // of length 0 where it is not trained
}

/** Adds a weight to a layer; `initial` is called if the brick brings no values for it. */
export type NewParameter = (
  name: string,
  shape: readonly number[],
  initial: () => Float32Array,
  options?: { readonly trained?: boolean; readonly penalty?: Penalty | null },
) => Parameter;

/** What a layer is built with. */
export interface Build {
  readonly inputs: number; // the width of a row
  readonly most: number; // rows, at most
  readonly trained: boolean; // false: frozen
  /** Where layers draw their seeds, in the order in which Keras builds them. */
  readonly generator: MersenneTwister;
  /** Returns the stream of the next layer that draws noise. */
  readonly nextStream: () => number;
  readonly parameter: NewParameter;
}

export interface Layer {
  /** The outputs of the last forward pass, row by row. */
  readonly outputs: Float32Array;
  /** Before the activation; a Dense has it. */
  readonly preactivations?: Float32Array;
  /** The gradient with respect to the inputs, of the last backward pass. */
  readonly inputGradient: Float32Array;
  /**
   * Sets the outputs. `step` is the number of the training step, from which noise is drawn; null
   * when the layer does not train. The inputs must stay as they are until the backward pass.
   */
  forward(inputs: Float32Array, rows: number, step: number | null): void;
  /**
   * Sets the gradients of its weights, and that of its inputs if it is wanted. The gradient of the
   * outputs is given, and overwritten.
   */
  backward(gradient: Float32Array, rows: number, wanted: boolean): void;
  /** Called once a step has been taken: what else it changes, such as moving averages. */
  commit?(): void;
}
