/** The code of the data: it is loaded, encoded, split and scaled as the studio does it. */
import type { DataChoice, Prepared } from "../data/table.ts";
import type { Wall } from "../wall/wall.ts";
import { t } from "../words/words.ts";
import { frameCode } from "./frame.ts";
import { type Source, sourceOf } from "./sources.ts";
import { pythonNumber, wrapped } from "./spelling.ts";

export interface DataCode {
  readonly modules: readonly string[];
  /** Lines that belong together. At the end there are x_train, y_train and, if rows are held out, x_val, y_val. */
  readonly parts: readonly (readonly string[])[];
}

export function dataCode(choice: DataChoice, prepared: Prepared | null, wall: Wall): DataCode {
  const source = sourceOf(choice, prepared);
  // Without the data it is not known what becomes of its columns.
  if (!prepared) {
    const words = t("code.comment.nodata");
    return { modules: [], parts: [[`raise SystemExit(${JSON.stringify(words)})`]] };
  }
  const own = source !== null && source.target === prepared.target;
  const loaded = own ? arrays(source, prepared) : frameCode(choice, source, prepared);
  const held = prepared.validation !== null;
  return {
    modules: loaded.modules,
    parts: [
      loaded.lines,
      targetLines(prepared, wall),
      splitLines(choice, held),
      loaded.missing ? fillLines(held) : [],
      choice.standardize ? scaleLines(prepared, loaded, held) : [],
      prepared.targetScale ? targetScaleLines(held) : [],
    ],
  };
}

export interface Loaded {
  readonly modules: readonly string[];
  readonly lines: readonly string[];
  /** Places of inputs that are numbers; null: all are. */
  readonly numbers: readonly number[] | null;
  /** Whether numbers are missing that become the mean. */
  readonly missing: boolean;
  /** Whether a column may have one value alone in the training rows. */
  readonly flat: boolean;
}

/** x and y as they come, with the columns that were chosen. */
function arrays({ modules, lines, columns }: Source, { inputs }: Prepared): Loaded {
  const places = inputs.map((name) => columns.indexOf(name));
  const all = places.length === columns.length;
  const chosen = all ? [] : wrapped("x = x[:, [", places.map(String), "]]");
  return { modules, lines: [...lines, ...chosen], numbers: null, missing: false, flat: false };
}

function targetLines({ outputs }: Prepared, { loss }: Wall): string[] {
  return loss === "categorical_crossentropy"
    ? [`y = keras.utils.to_categorical(y, ${outputs})`]
    : [];
}

function splitLines({ seed, validation }: DataChoice, held: boolean): string[] {
  if (!held) return ["x_train, y_train = x, y"];
  return [
    `# ${t("code.comment.split", { percent: Math.round(validation * 100) })}`,
    `rows = np.random.default_rng(${seed}).permutation(len(x))`,
    `held_out = round(${pythonNumber(validation)} * len(x))`,
    "x_val, y_val = x[rows[:held_out]], y[rows[:held_out]]",
    "x_train, y_train = x[rows[held_out:]], y[rows[held_out:]]",
  ];
}

/** Does the same to the training rows and those held out. */
const both = (name: string, held: boolean, change: (rows: string) => string) =>
  (held ? [`${name}_train`, `${name}_val`] : [`${name}_train`]).map(
    (rows) => `${rows} = ${change(rows)}`,
  );

function fillLines(held: boolean): string[] {
  return [
    `# ${t("code.comment.fill")}`,
    "fill = np.nanmean(x_train, axis=0)",
    ...both("x", held, (rows) => `np.where(np.isnan(${rows}), fill, ${rows})`),
  ];
}

function scaleLines({ picture }: Prepared, { numbers, flat }: Loaded, held: boolean): string[] {
  const scaled = both("x", held, (rows) => `(${rows} - mean) / std`);
  if (picture)
    return [
      `# ${t("code.comment.pixels")}`,
      "mean, std = x_train.mean(), x_train.std()",
      ...scaled,
    ];
  const guard = flat ? ["std[std == 0] = 1"] : [];
  if (!numbers)
    return [
      `# ${t("code.comment.scale")}`,
      "mean, std = x_train.mean(axis=0), x_train.std(axis=0)",
      ...guard,
      ...scaled,
    ];
  if (numbers.length === 0) return [];
  return [
    `# ${t("code.comment.scale.numbers")}`,
    ...wrapped("numbers = [", numbers.map(String), "]"),
    "mean, std = np.zeros(x.shape[1]), np.ones(x.shape[1])",
    "mean[numbers] = x_train[:, numbers].mean(axis=0)",
    "std[numbers] = x_train[:, numbers].std(axis=0)",
    ...guard,
    ...scaled,
  ];
}

function targetScaleLines(held: boolean): string[] {
  return [
    `# ${t("code.comment.target")}`,
    "y_mean, y_std = y_train.mean(), y_train.std()",
    ...both("y", held, (rows) => `(${rows} - y_mean) / y_std`),
  ];
}
