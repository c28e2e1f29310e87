/**
 * The wall: what a user has built. Plain data, never changed in place, so that an undo is an older
 * one. Everything else (code, picture, network) is made from it.
 */

/** A JSON value of a config, as in Keras: `relu`, `0.2`, `{"class_name": "L2", "config": {"l2": 0.01}}`. */
export type Value = string | number | boolean | null | Value[] | { [name: string]: Value };

export type Config = Readonly<Record<string, Value>>;

/** An array of weights as a file has it. */
export interface Weight {
  readonly name: string; // kernel, bias, gamma ...
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Weights of each brick, from the lowest, as a `Snapshot` has them. */
export type Weights = readonly (readonly Weight[])[];

/** A layer. `config` holds what differs from the defaults of `catalogue.ts`. */
export interface Brick {
  readonly id: string; // unique within the wall, kept while the brick is edited or moved
  readonly kind: string; // Keras's class name: Dense, Activation, Dropout ...
  readonly config: Config;
  /** Its trained weights: of a weight brick, and after a training was taken over. */
  readonly weights?: readonly Weight[] | undefined;
  /** A weight brick has a fixed number of sockets, and a name of its own. */
  readonly fixed?: { readonly inputs: number; readonly name: string } | undefined;
  readonly trainable?: boolean | undefined; // default true; false: frozen
}

export interface Optimizer {
  readonly kind: string; // Keras's class name: SGD, Adam, RMSprop ...
  readonly config: Config; // what differs from the defaults
}

export interface Wall {
  /** The number of input signals: studs of the baseplate. */
  readonly inputs: number;
  readonly bricks: readonly Brick[]; // from the lowest to the highest
  readonly loss: string;
  readonly optimizer: Optimizer;
  readonly metrics: readonly string[];
  readonly batchSize: number;
  readonly epochs: number;
  /** Of weights, of the order of rows and of dropout. */
  readonly seed: number;
}

let counter = 0;

/** Returns a new id for a brick. */
export function newId(): string {
  counter += 1;
  return `b${Date.now().toString(36)}${counter.toString(36)}`;
}

export function dense(units: number, activation = "linear", config: Config = {}): Brick {
  return { id: newId(), kind: "Dense", config: { units, activation, ...config } };
}
