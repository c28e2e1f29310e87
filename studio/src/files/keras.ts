/** Writes `.keras` files, which Keras 3 loads: a zip of config, metadata and weights. */
import { zipSync } from "fflate";
import { places } from "../wall/shapes.ts";
import type { Wall, Weights } from "../wall/wall.ts";
import type { Extra } from "./brick.ts";
import { type Bytes, utf8 } from "./bytes.ts";
import { type Dataset, type Group, writeHdf5 } from "./hdf5.ts";
import { type Json, toJson } from "./json.ts";
import {
  type Entry,
  inputEntry,
  layerEntry,
  learningRate,
  optimizerEntry,
  rescalingEntry,
  scalingEntry,
} from "./keras-configs.ts";
import { slotsOf } from "./slots.ts";
import { checkWeights, sizeOf, weightsOf } from "./weights.ts";

/** The version whose format is written; what a newer one added is left out, so that older ones read it. */
const KERAS = "3.15.1";

/** Arguments that Keras leaves out at their defaults, or that its first versions do not have. */
const LEFT_OUT = new Set([
  "activity_regularizer",
  "autocast",
  "lora_rank",
  "lora_alpha",
  "quantization_config",
  "renorm",
  "renorm_clipping",
  "renorm_momentum",
  "input_axes",
  "output_axes",
  "optional",
]);

const isEntry = (value: Json): value is Entry =>
  typeof value === "object" && value !== null && "class_name" in value;

/** Returns a config as Keras writes it: with the module of each class. */
function withModules(found: Entry, module: string): Json {
  const entries = Object.entries(found.config)
    .filter(([name]) => !LEFT_OUT.has(name))
    .map(([name, value]) => [name, isEntry(value) ? withModules(value, moduleOf(name)) : value]);
  return {
    module,
    class_name: found.class_name,
    config: Object.fromEntries(entries),
    registered_name: null,
  };
}

const moduleOf = (argument: string) =>
  argument.endsWith("_initializer") ? "keras.initializers" : "keras.regularizers";

/** Returns the bytes of a file; refuses weights that are not the wall's. The same wall gives the same bytes. */
export function writeKeras(
  wall: Wall,
  weights: Weights,
  { scales, targetScale }: Extra = {},
): Bytes {
  checkWeights(wall, weights);
  const below = [inputEntry(wall.inputs), ...(scales ? [scalingEntry(scales)] : [])];
  const above = targetScale ? [rescalingEntry(targetScale)] : [];
  const members = {
    "metadata.json": utf8(toJson({ keras_version: KERAS, date_saved: "1980-01-01@00:00:00" })),
    "config.json": utf8(toJson(configOf(wall, below, above))),
    "model.weights.h5": writeHdf5(arraysOf(wall, weights)),
  };
  return zipSync(members, { level: 0, mtime: new Date(1980, 0, 1) });
}

function configOf(wall: Wall, below: readonly Entry[], above: readonly Entry[]): Json {
  const built = (inputs: number) => ({ input_shape: [null, inputs] });
  const layers = [
    ...below.map((layer) => withModules(layer, "keras.layers")),
    ...places(wall).map((place) => ({
      ...(withModules(layerEntry(place), "keras.layers") as Entry),
      build_config: built(place.inputs),
    })),
    ...above.map((layer) => withModules(layer, "keras.layers")),
  ];
  return {
    module: "keras",
    class_name: "Sequential",
    config: {
      name: "sequential",
      trainable: true,
      dtype: "float32",
      layers,
      build_input_shape: [null, wall.inputs],
    },
    registered_name: null,
    build_config: built(wall.inputs),
    compile_config: {
      optimizer: withModules(optimizerEntry(wall.optimizer), "keras.optimizers"),
      loss: wall.loss,
      loss_weights: null,
      metrics: [...wall.metrics],
      weighted_metrics: null,
      run_eagerly: false,
      steps_per_execution: 1,
      jit_compile: "auto",
    },
  };
}

/** Arrays are numbered: `layers/dense_1/vars/0`. */
const numbered = (arrays: readonly Dataset[]): Group => ({
  vars: Object.fromEntries(arrays.map((array, i) => [String(i), array])),
});

function arraysOf(wall: Wall, weights: Weights): Group {
  const layers = places(wall).map(({ name, index }) => [name, numbered(weights[index])]);
  return { layers: Object.fromEntries(layers), optimizer: numbered(optimizerArrays(wall)) };
}

/** Returns the state of a new optimizer, as Keras makes it for the weights that are trained. */
function optimizerArrays(wall: Wall): Dataset[] {
  const { groups, initial, scalars } = slotsOf(wall.optimizer);
  const scalar = (value: number): Dataset => ({ shape: [], values: Float32Array.of(value) });
  const trained = places(wall)
    .flatMap(weightsOf)
    .filter(({ trainable }) => trainable);
  const slot = (shape: readonly number[]): Dataset => ({
    shape,
    values: new Float32Array(sizeOf(shape)).fill(initial),
  });
  return [
    { shape: [], values: Int32Array.of(0) },
    scalar(learningRate(wall.optimizer)),
    ...groups.flatMap((kinds) => trained.flatMap(({ shape }) => kinds.map(() => slot(shape)))),
    ...scalars.map(scalar),
  ];
}
