/** Writes `.brick` files, brickwork's own, as docs/brick-format.md says. */
import type { Scale } from "../data/table.ts";
import { places } from "../wall/shapes.ts";
import type { Wall, Weights } from "../wall/wall.ts";
import { type Bytes, utf8 } from "./bytes.ts";
import { type Json, toJson } from "./json.ts";
import {
  type Entry,
  entry,
  INPUT_NAME,
  inputEntry,
  layerEntry,
  learningRate,
  optimizerEntry,
  rescalingEntry,
  scalingEntry,
} from "./keras-configs.ts";
import { outputsFor, PROBE_ROWS, probeRows } from "./probe.ts";
import { float32, int64, packed, type Tensor } from "./safetensors.ts";
import { sha256 } from "./sha256.ts";
import { checkWeights, isRandom, weightsOf } from "./weights.ts";

/** What is known of a network besides its wall. */
export interface Extra {
  /** The names of its inputs, and of its classes by index. */
  readonly inputs?: readonly string[] | undefined;
  readonly classes?: readonly string[] | undefined;
  /** How inputs were standardized: the file gets a Normalization, and so takes raw numbers. */
  readonly scales?: readonly Scale[] | undefined;
  /** How the target was: the file gets a Rescaling on top, and so predicts in the target's units. */
  readonly targetScale?: Scale | undefined;
}

export const FORMAT = "brick";
export const VERSION = 1;
const WRITER = "brickwork studio";

/** Returns the bytes of a file; refuses weights that are not the wall's. */
export function writeBrick(wall: Wall, weights: Weights, extra: Extra = {}): Bytes {
  checkWeights(wall, weights);
  const below = [inputEntry(wall.inputs)];
  if (extra.scales) below.push(scalingEntry(extra.scales));
  const tensors = tensorsOf(wall, weights, below.length, extra);
  const config = toJson(documentOf(wall, below, extra));
  const names = [...tensors.keys()].sort();
  const sums = names.map((name) => [name, sha256((tensors.get(name) as Tensor).bytes)]);
  return packed(tensors, {
    format: FORMAT,
    format_version: String(VERSION),
    min_reader: "1",
    writer: WRITER,
    must_understand: "[]",
    config,
    config_sha256: sha256(utf8(config)),
    tensors_sha256: toJson(Object.fromEntries(sums)),
  });
}

/** Returns the arrays by path; the lowest brick is the layer of number `begin`. */
function tensorsOf(
  wall: Wall,
  weights: Weights,
  begin: number,
  { scales, targetScale }: Extra,
): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  for (const { brick, index } of places(wall)) {
    const path = `layers/${begin + index}`;
    for (const { name, shape, values } of weights[index])
      tensors.set(`${path}/${name}`, float32(values, shape));
    if (isRandom(brick)) {
      tensors.set(`${path}/seeds/0/seed`, int64(wall.seed + index));
      tensors.set(`${path}/seeds/0/step`, int64(0));
    }
  }
  const network = { wall, weights, scales, targetScale };
  const x = probeRows(network);
  const y = outputsFor(network, x);
  tensors.set("probe/inputs/0", float32(x, [PROBE_ROWS, wall.inputs]));
  tensors.set("probe/outputs/0", float32(y, [PROBE_ROWS, y.length / PROBE_ROWS]));
  tensors.set("optimizer/iteration", int64(0));
  const rate = Float32Array.of(learningRate(wall.optimizer));
  tensors.set("optimizer/learning_rate", float32(rate, []));
  return tensors;
}

function documentOf(
  wall: Wall,
  below: readonly Entry[],
  { inputs, classes, targetScale }: Extra,
): Json {
  const stack = places(wall);
  const top = stack[stack.length - 1];
  const above = targetScale ? [rescalingEntry(targetScale)] : [];
  const trainable = stack.flatMap((place) =>
    weightsOf(place)
      .filter((weight) => weight.trainable)
      .map(({ name }) => `layers/${below.length + place.index}/${name}`),
  );
  return {
    model: entry("Sequential", {
      name: "sequential",
      trainable: true,
      layers: [...below, ...stack.map(layerEntry), ...above],
    }),
    built: [null, wall.inputs],
    inputs: [{ name: INPUT_NAME, dtype: "float32", shape: [wall.inputs] }],
    outputs: [
      { name: targetScale ? "rescaling" : top.name, dtype: "float32", shape: [top.outputs] },
    ],
    feature_names: inputs?.length === wall.inputs ? { [INPUT_NAME]: [...inputs] } : {},
    class_names: classes?.length === Math.max(top.outputs, 2) ? [...classes] : null,
    trainable,
    compile: {
      optimizer: optimizerEntry(wall.optimizer),
      loss: lossEntry(wall.loss),
      loss_weights: null,
      metrics: [...wall.metrics],
      weighted_metrics: null,
    },
    optimizer: { class_name: wall.optimizer.kind, built_for: null },
    shuffle: { seed: wall.seed, passes: 0, first_epoch: 0 },
    training: null,
    probe: { inputs: 1, outputs: 1 },
    attached: { studio: { batch_size: wall.batchSize, epochs: wall.epochs, seed: wall.seed } },
  };
}

/** A loss that was given by its name. */
const lossEntry = (name: string): Entry =>
  entry("LossFunctionWrapper", { name, reduction: "sum_over_batch_size", fn: name });
