/** What Keras's calls do: models are made, grow, are compiled and fitted. */
import { LIMITS } from "../wall/limits.ts";
import { demand } from "./defined.ts";
import type { State } from "./state.ts";
import {
  type Argument,
  type Call,
  lastOf,
  type Model,
  type Name,
  NONE,
  type Span,
  type Tensor,
  UNKNOWN,
  type Value,
} from "./values.ts";

/** Layers that a model may have; a text that makes more is no wall. */
export const MOST_LAYERS = LIMITS.bricks;

/** Returns the object that a class or function of a module makes. */
export function constructed(name: Name, call: Call, state: State): Value {
  const last = lastOf(name.path);
  const seeds = /(^|[._])seed$/.test(name.path);
  if (seeds || last === "Sequential" || last === "Model") demand(name, state.report);
  if (seeds) return seeded(call, state);
  if (name.foreign) return call;
  if (last === "Sequential") return sequential(call, state);
  if (last === "Model") return functional(call, state);
  return call;
}

/** `numpy.random.seed(1)`, `tf.random.set_seed(1)`, `keras.utils.set_random_seed(1)`. */
function seeded(call: Call, state: State): Value {
  const seed = call.positional[0] ?? call.keywords.get("seed");
  if (seed) {
    state.seed = seed;
    state.touched += 1;
  }
  return NONE;
}

function begun({ from, to }: Span, state: State): Model {
  const model: Model = { type: "model", layers: [], compiled: [], fitted: [], from, to };
  state.models.push(model);
  state.touched += 1;
  return model;
}

function sequential(call: Call, state: State): Value {
  const model = begun(call, state);
  const given = call.positional[0] ?? call.keywords.get("layers");
  if (!given || given.value.type === "none") return model;
  if (given.value.type === "list")
    for (const layer of given.value.items) add(model, { ...given, value: layer }, state);
  else state.report.error(given, "code.list", { source: state.report.quoted(given) });
  return model;
}

function add(model: Model, layer: Argument, state: State): void {
  state.touched += 1;
  const { value } = layer;
  if (value.type === "model") {
    const at = state.models.indexOf(value);
    if (at >= 0 && value !== model) state.models.splice(at, 1);
    for (const inner of [...value.layers]) push(model, inner, state);
  } else
    push(model, value.type === "call" ? { value, from: value.from, to: value.to } : layer, state);
}

function push(model: Model, layer: Argument, state: State): void {
  // One more, so that it can be seen that there are too many.
  if (model.layers.length <= MOST_LAYERS + 1) model.layers.push(layer);
  else state.report.error(layer, "code.many", { most: MOST_LAYERS });
}

export const isInput = (value: Value | undefined): value is Call =>
  value?.type === "call" && /^Input(Layer)?$/.test(lastOf(value.path));

/** `Model(inputs, outputs)`: one chain of layers from the one to the other. */
function functional(call: Call, state: State): Value {
  const given = (name: string, at: number) =>
    (call.keywords.get(name) ?? call.keywords.get(name.slice(0, -1)) ?? call.positional[at])?.value;
  const only = (value: Value | undefined) =>
    value?.type === "list" && value.items.length === 1 ? value.items[0] : value;
  const from = only(given("inputs", 0));
  const to = only(given("outputs", 1));
  if (to?.type !== "tensor" || to.input !== from) {
    state.report.error(call, "code.branches");
    return UNKNOWN;
  }
  const model = begun(call, state);
  for (const layer of [{ value: to.input, from: to.input.from, to: to.input.to }, ...to.layers])
    add(model, layer, state);
  return model;
}

/** A layer or model that is called: `Dense(8)(x)`. */
export function applied(value: Value, call: Call, state: State): Value {
  const below = call.positional[0]?.value;
  if (value.type !== "call" && value.type !== "model") return UNKNOWN;
  const layer: Argument = { value, from: value.from, to: value.to };
  state.touched += 1;
  if (isInput(below)) return { type: "tensor", input: below, layers: [layer] } satisfies Tensor;
  if (below?.type !== "tensor") return UNKNOWN;
  return { ...below, layers: [...below.layers, layer] };
}

/** A method of a value: `model.add(...)`, `hidden.append(...)`. */
export function method(of: Value, name: string, call: Call, state: State): Value {
  const [first] = call.positional;
  if (of.type === "list" && (name === "append" || name === "extend") && first) {
    const { value } = first;
    if (name === "append") of.items.push(value);
    else of.items.push(...(value.type === "list" ? value.items : [UNKNOWN]));
    state.touched += 1;
    return NONE;
  }
  if (of.type !== "model") return UNKNOWN;
  switch (name) {
    case "add": {
      const layer = first ?? call.keywords.get("layer");
      if (layer) add(of, layer, state);
      return NONE;
    }
    case "pop":
      of.layers.pop();
      break;
    case "build": {
      const shape = first ?? call.keywords.get("input_shape");
      if (shape && !isInput(of.layers[0]?.value))
        of.layers.unshift({
          ...shape,
          value: {
            ...call,
            path: "Input",
            positional: [],
            keywords: new Map([["batch_shape", shape]]),
          },
        });
      break;
    }
    case "compile":
      of.compiled.push(call);
      break;
    case "fit":
    case "fit_generator":
      of.fitted.push(call);
      break;
    default:
      return UNKNOWN;
  }
  state.touched += 1;
  return UNKNOWN;
}
