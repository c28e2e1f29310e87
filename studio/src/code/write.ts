/** The Keras code of a wall. */
import type { Prepared } from "../data/table.ts";
import type { Project } from "../wall/project.ts";
import type { Wall } from "../wall/wall.ts";
import { baselineLines } from "./baseline.ts";
import { dataCode } from "./data.ts";
import { brickCode, optimizerCode } from "./parts.ts";
import { predictLines } from "./predict.ts";
import { pythonNumber, pythonString, pythonStrings } from "./spelling.ts";
import { weightsCode } from "./weights.ts";

export type Imports = "keras" | "brickwork" | "tensorflow.keras";

export interface WriteOptions {
  /** The model, compile and fit alone, or a script that runs. */
  readonly form: "short" | "script";
  readonly imports: Imports;
}

export interface Code {
  readonly text: string;
  /** For each line the id of its brick. */
  readonly bricks: readonly (string | null)[];
}

const IMPORTS: Readonly<Record<Imports, readonly string[]>> = {
  keras: ["import keras", "from keras import layers"],
  brickwork: ["import brickwork as keras", "from brickwork import layers"],
  "tensorflow.keras": ["from tensorflow import keras", "from tensorflow.keras import layers"],
};

interface Line {
  readonly text: string;
  readonly brick?: string;
}

/** Returns the code of a project; `prepared` is its data as it goes into the wall. */
export function writeCode(
  project: Project,
  prepared: Prepared | null,
  options: WriteOptions,
): Code {
  const parts =
    options.form === "short"
      ? short(project, prepared, options)
      : script(project, prepared, options);
  const lines = parts
    .filter((part) => part.length)
    .flatMap((part, i) => (i ? [{ text: "" }, ...part] : part));
  return {
    text: lines.map(({ text }) => `${text}\n`).join(""),
    bricks: [...lines.map((line: Line) => line.brick ?? null), null],
  };
}

function short(
  { wall, data }: Project,
  prepared: Prepared | null,
  { imports }: WriteOptions,
): Line[][] {
  return [
    plain(IMPORTS[imports]),
    plain(seedLines(wall)),
    modelLines(wall),
    plain(compileLines(wall)),
    plain(fitLines(wall, heldOut(data, prepared))),
  ];
}

function script(
  { wall, data }: Project,
  prepared: Prepared | null,
  { imports }: WriteOptions,
): Line[][] {
  const held = heldOut(data, prepared);
  const rows = dataCode(data, prepared, wall);
  const weights = weightsCode(wall);
  const packed = weights.some((line) => line.includes("base64"));
  const modules = [...IMPORTS[imports], "import numpy as np", ...rows.modules];
  const training = [
    compileLines(wall),
    fitLines(wall, held),
    [...evaluateLines(held), ...(prepared ? baselineLines(prepared, wall) : [])],
    prepared ? predictLines(prepared, wall, rows) : [],
  ];
  return [
    plain(packed ? ["import base64"] : []),
    plain(modules.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))),
    plain(seedLines(wall)),
    ...rows.parts.map(plain),
    modelLines(wall),
    plain(weights),
    // Without bricks there is nothing to train.
    ...(wall.bricks.length ? training : [compileLines(wall)]).map(plain),
  ];
}

const plain = (lines: readonly string[]): Line[] => lines.map((text) => ({ text }));

/** `import` comes before `from`. */
const rank = (line: string) => Number(line.startsWith("from"));

const heldOut = (data: Project["data"], prepared: Prepared | null) =>
  prepared ? prepared.validation !== null : data.validation > 0;

const seedLines = ({ seed }: Wall) => [`keras.utils.set_random_seed(${pythonNumber(seed)})`];

function modelLines({ inputs, bricks }: Wall): Line[] {
  return [
    { text: "model = keras.Sequential([" },
    { text: `    keras.Input(shape=(${pythonNumber(inputs)},)),` },
    ...bricks.flatMap((brick) => brickCode(brick).map((text) => ({ text, brick: brick.id }))),
    { text: "])" },
  ];
}

function compileLines({ optimizer, loss, metrics }: Wall): string[] {
  return [
    "model.compile(",
    ...optimizerCode(optimizer),
    `    loss=${pythonString(loss)},`,
    ...(metrics.length ? [`    metrics=${pythonStrings(metrics)},`] : []),
    ")",
  ];
}

function fitLines({ batchSize, epochs }: Wall, held: boolean): string[] {
  return [
    "model.fit(",
    "    x_train, y_train,",
    `    batch_size=${pythonNumber(batchSize)}, epochs=${pythonNumber(epochs)},`,
    ...(held ? ["    validation_data=(x_val, y_val),"] : []),
    ")",
  ];
}

function evaluateLines(held: boolean): string[] {
  const rows = held ? "x_val, y_val" : "x_train, y_train";
  return [`print(model.evaluate(${rows}, verbose=0, return_dict=True))`];
}
