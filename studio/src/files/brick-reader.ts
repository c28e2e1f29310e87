/**
 * Reads `.brick` files, in the order of docs/brick-format.md: container, versions and checksums, the
 * layers, the arrays. A wall is a stack of the catalogue's bricks; every other network is refused.
 */
import { LIMITS } from "../data/rows.ts";
import type { Scale } from "../data/table.ts";
import { lastActivation, type Place, places } from "../wall/shapes.ts";
import type { Brick, Optimizer, Wall, Weight, Weights } from "../wall/wall.ts";
import { Arrays } from "./arrays.ts";
import { FORMAT, VERSION } from "./brick.ts";
import { compiledOf } from "./brick-compile.ts";
import { brickOf, rowOf, type Stack, scalesOf, stackOf, targetScaleOf } from "./brick-layers.ts";
import { utf8 } from "./bytes.ts";
import { checkSize, itemsOf, MOST } from "./check.ts";
import { parsed } from "./json.ts";
import { agree, outputsFor, PROBE_ROWS, type Probed } from "./probe.ts";
import { type Container, JSON_LIMITS, unpacked } from "./safetensors.ts";
import { sha256 } from "./sha256.ts";
import { slotsOf } from "./slots.ts";
import { type Notes, Part, type Read, Refusal, reading } from "./untrusted.ts";
import { isRandom, weightsOf } from "./weights.ts";

export interface BrickFile {
  readonly wall: Wall;
  readonly weights: Weights;
  /** The names of inputs and classes, if the file says them. */
  readonly inputs: readonly string[] | null;
  readonly classes: readonly string[] | null;
  /** How the file's network scales its inputs below the first brick; null if it does not. */
  readonly scales: readonly Scale[] | null;
  /** How it scales its output above the last brick. */
  readonly targetScale: Scale | null;
}

export const readBrick = (bytes: Uint8Array): Read<BrickFile> =>
  reading((notes) => {
    const container = unpacked(bytes, notes);
    checkVersion(container, notes);
    return read(documentOf(container, notes), new Arrays(container.tensors));
  });

function read(document: Part, arrays: Arrays): BrickFile {
  const layers = stackOf(layersOf(document.at("model")));
  const inputs = rowOf(document.at("built"));
  if (layers.inputs !== null && layers.inputs !== inputs)
    document.at("built").refuse("files.expected.shape", { shape: `[null, ${layers.inputs}]` });
  const bricks = layers.bricks.map(brickOf);
  const { isWhole, ...compiled } = compiledOf(document.at("compile"), lastActivation({ bricks }));
  const bare: Wall = { inputs, bricks, ...compiled, ...settingsOf(document) };
  checkSize(bare);
  const stack = places(bare);
  const outputs = stack.at(-1)?.outputs ?? inputs;
  const path = (index: number) => `layers/${layers.begin + index}`;
  const weights = stack.map((place) => weightsFrom(place, path(place.index), arrays));
  const scales = scalesFrom(layers, inputs, arrays);
  const targetScale = targetScaleFrom(layers, outputs);
  checkOptimizer(document, isWhole ? bare.optimizer : null, arrays);
  const trained = new Set(namesOf(document.at("trainable"), arrays));
  const wall = {
    ...bare,
    bricks: stack.map((place) => withFrozen(place, path(place.index), trained, document.notes)),
  };
  const network = { wall, weights, scales, targetScale };
  if (wall.bricks.length) checkProbe(document.at("probe"), network, outputs, arrays);
  arrays.checkRest();
  checkPorts(document);
  checkShuffle(document);
  return {
    ...network,
    inputs: inputNamesOf(document.at("feature_names"), inputs),
    classes: classesOf(document.at("class_names"), outputs),
  };
}

// The file

function checkVersion({ metadata }: Container, notes: Notes): void {
  if (metadata.get("format") !== FORMAT) throw new Refusal("files.brick.format");
  const needed = metadata.get("min_reader") ?? "";
  if (!/^[0-9]{1,9}$/.test(needed)) throw new Refusal("files.brick.version");
  const must = new Part(jsonOf(metadata, "must_understand"), "must_understand", notes).list(1000);
  if (Number(needed) > VERSION || must.map((name) => name.text()).length)
    throw new Refusal("files.newer");
}

const jsonOf = (metadata: Container["metadata"], name: string) =>
  parsed(metadata.get(name) ?? "", name, JSON_LIMITS);

/** Returns the document, once all checksums are found right. */
function documentOf({ metadata, tensors }: Container, notes: Notes): Part {
  const config = metadata.get("config") ?? "";
  if (sha256(utf8(config)) !== metadata.get("config_sha256"))
    throw new Refusal("files.brick.checksum", { name: "config" });
  const sums = new Part(jsonOf(metadata, "tensors_sha256"), "tensors_sha256", notes);
  if (sums.names().length !== tensors.size)
    throw new Refusal("files.brick.checksum", { name: "tensors_sha256" });
  for (const [name, { bytes }] of tensors)
    if (sums.at(name).value !== sha256(bytes)) throw new Refusal("files.brick.checksum", { name });
  return new Part(parsed(config, "config", JSON_LIMITS), "config", notes);
}

function layersOf(model: Part): Part[] {
  if (model.isNull) throw new Refusal("files.brick.weights");
  const name = model.at("class_name").text(MOST.name);
  if (name !== "Sequential") throw new Refusal("files.brick.model", { name });
  return model
    .at("config")
    .at("layers")
    .list(MOST.bricks + 3); // below and above them
}

// Arrays

function weightsFrom(place: Place, path: string, arrays: Arrays): Weight[] {
  if (isRandom(place.brick))
    for (const name of ["seed", "step"]) arrays.take(`${path}/seeds/0/${name}`, "I64", []);
  return weightsOf(place).map(({ name, shape }) => ({
    name,
    shape,
    values: arrays.floats(`${path}/${name}`, shape),
  }));
}

function scalesFrom({ scaling, begin }: Stack, inputs: number, arrays: Arrays): Scale[] | null {
  if (!scaling) return null;
  const path = `layers/${begin - 1}`;
  if (arrays.has(`${path}/count`)) arrays.take(`${path}/count`, "I32", []);
  scaling.notes.add("files.brick.scaled");
  return scalesOf(scaling, inputs, (name) => arrays.floats(`${path}/${name}`, [inputs]));
}

function targetScaleFrom({ rescaling }: Stack, outputs: number): Scale | null {
  if (!rescaling) return null;
  if (outputs !== 1) rescaling.refuse("files.expected.single");
  rescaling.notes.add("files.brick.rescaled");
  return targetScaleOf(rescaling);
}

/**
 * Takes the arrays of the optimizer. The studio begins with a new one; still, the old one's must be
 * those that it had. `optimizer` is null if the studio does not know all of it.
 */
function checkOptimizer(document: Part, optimizer: Optimizer | null, arrays: Arrays): void {
  const compile = document.at("compile");
  if (compile.isNull) return;
  const facts = document.at("optimizer");
  facts.at("class_name").choice([compile.at("optimizer").at("class_name").text()]);
  const built = facts.at("built_for");
  const trained = built.isNull ? [] : namesOf(built, arrays);
  if (!optimizer) {
    arrays.skip("optimizer/");
    return;
  }
  arrays.take("optimizer/iteration", "I64", []);
  arrays.take("optimizer/learning_rate", "F32", []);
  const { groups, scalars } = slotsOf(optimizer);
  for (const kind of groups.flat())
    for (const name of trained) arrays.floats(`optimizer/${name}/${kind}`, arrays.shapeOf(name));
  if (!built.isNull && scalars.length) arrays.floats("optimizer/variable", []);
}

/** Compares what the file's own rows gave when it was written with what they give here. */
function checkProbe(part: Part, network: Probed, outputs: number, arrays: Arrays): void {
  if (part.isNull) return;
  part.at("inputs").integer(1, 1);
  part.at("outputs").integer(1, 1);
  const x = arrays.floats("probe/inputs/0", [PROBE_ROWS, network.wall.inputs]);
  const expected = arrays.numbers("probe/outputs/0", [PROBE_ROWS, outputs]);
  if (!agree(outputsFor(network, x), expected)) throw new Refusal("files.brick.probe");
}

// Facts about the network

/** Returns distinct names of weights. */
function namesOf(part: Part, arrays: Arrays): string[] {
  const names = part.list(10 * MOST.bricks).map((name) => {
    if (!arrays.isWeight(name.text(MOST.name))) name.refuse("files.expected.weight");
    return name.text(MOST.name);
  });
  if (new Set(names).size < names.length) part.refuse("files.expected.distinct");
  return names;
}

/** Returns a brick, frozen where none of its weights is trained. */
function withFrozen(place: Place, path: string, trained: ReadonlySet<string>, notes: Notes): Brick {
  const { brick } = place;
  const own = weightsOf(place).filter(({ trainable }) => trainable);
  const count = own.filter(({ name }) => trained.has(`${path}/${name}`)).length;
  if (own.length && !count) return { ...brick, trainable: false };
  if (count < own.length) notes.add("files.brick.partly", { name: brick.kind });
  return brick;
}

function settingsOf(document: Part): Pick<Wall, "batchSize" | "epochs" | "seed"> {
  const studio = document.maybe("attached")?.maybe("studio");
  return {
    batchSize: studio?.at("batch_size").integer(1, MOST.batchSize) ?? 32,
    epochs: studio?.at("epochs").integer(1, MOST.epochs) ?? 50,
    seed: studio?.at("seed").integer(0, MOST.seed) ?? 1,
  };
}

function checkShuffle(document: Part): void {
  const shuffle = document.at("shuffle");
  if (shuffle.isNull && document.at("compile").isNull) return;
  const most = Number.MAX_SAFE_INTEGER;
  for (const name of ["seed", "passes"]) shuffle.at(name).integer(0, most);
}

function checkPorts(document: Part): void {
  for (const name of ["inputs", "outputs"])
    for (const port of document.at(name).list(MOST.bricks)) {
      port.at("name").text(MOST.name);
      port.at("dtype").text(MOST.name);
    }
}

function inputNamesOf(part: Part, inputs: number): string[] | null {
  const [port, ...others] = part.names();
  if (port === undefined) return null;
  if (others.length) part.refuse("files.expected.input");
  return itemsOf(part.at(port), inputs).map((name) => name.text(LIMITS.cell));
}

function classesOf(part: Part, outputs: number): string[] | null {
  if (part.isNull) return null;
  const names = itemsOf(part, Math.max(outputs, 2)).map((name) =>
    typeof name.value === "number" ? String(name.value) : name.text(LIMITS.cell),
  );
  if (new Set(names).size < names.length) part.refuse("files.expected.distinct");
  return names;
}
