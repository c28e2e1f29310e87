/** What an expression of the code stands for, as far as that can be told without running it. */
import type { Hint } from "./problems.ts";

/** A piece of the text, by offsets. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export type Value =
  | { readonly type: "none" }
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "number"; readonly value: number; readonly whole: boolean }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "list"; readonly items: Value[]; readonly tuple: boolean }
  | { readonly type: "dict"; readonly entries: Map<string, Value> }
  | Name
  | Call
  | Tensor
  | Model
  | FunctionValue
  | { readonly type: "method"; readonly of: Value; readonly name: string }
  | { readonly type: "unknown" };

/** What comes out of a module: `keras.layers.Dense`; a name that was never imported is its own path. */
export interface Name {
  readonly type: "name";
  readonly path: string;
  /** Whether it was imported, and not from Keras. */
  readonly foreign?: boolean;
  readonly missing?: Missing | undefined;
}

/** Where a path begins with a name that the text neither imports nor assigns. */
export interface Missing extends Span {
  readonly name: string;
  readonly hint: Hint;
}

/** A value that is given, and where; `name` is where its name stands, if it has one. */
export interface Argument extends Span {
  readonly value: Value;
  readonly name?: Span;
}

/** An object: what a class of some module was called with. */
export interface Call extends Span {
  readonly type: "call";
  readonly path: string;
  readonly positional: readonly Argument[];
  readonly keywords: ReadonlyMap<string, Argument>;
  readonly missing?: Missing | undefined;
  /** Set later: `layer.trainable = False`. */
  trainable?: boolean;
}

/** What comes out of layers that were called one on the other, from an `Input`. */
export interface Tensor {
  readonly type: "tensor";
  readonly input: Call;
  readonly layers: readonly Argument[];
}

export interface Model extends Span {
  readonly type: "model";
  /** Layers as they were given, an `Input` too. */
  readonly layers: Argument[];
  readonly compiled: Call[];
  readonly fitted: Call[];
}

export interface FunctionValue {
  readonly type: "function";
  /** Interprets its body. */
  readonly call: (call: Call) => Value;
  /** Whether it can be called without arguments. */
  readonly alone: boolean;
}

export const NONE: Value = { type: "none" };
export const UNKNOWN: Value = { type: "unknown" };

export const number = (value: number, whole: boolean): Value => ({ type: "number", value, whole });
export const string = (value: string): Value => ({ type: "string", value });
export const boolean = (value: boolean): Value => ({ type: "boolean", value });
export const list = (items: Value[], tuple = false): Value => ({ type: "list", items, tuple });

/** Returns the last word of a path: the class or the function itself. */
export const lastOf = (path: string) => path.slice(path.lastIndexOf(".") + 1);

/** Returns what a value is called where a name is as good as an object: `relu`, `tf.nn.relu`, `ReLU()`. */
export function nameOf(value: Value): string | null {
  if (value.type === "string") return value.value;
  return value.type === "name" || value.type === "call" ? lastOf(value.path) : null;
}

/** Returns whether a value counts as true, or null where that can't be told. */
export function truth(value: Value): boolean | null {
  switch (value.type) {
    case "none":
      return false;
    case "boolean":
      return value.value;
    case "number":
      return value.value !== 0;
    case "string":
      return value.value !== "";
    case "list":
      return value.items.length > 0;
    case "dict":
      return value.entries.size > 0;
    default:
      return null;
  }
}
