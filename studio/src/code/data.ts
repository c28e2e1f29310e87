/** The code of the data: it is loaded, encoded, split and scaled as the studio does it. */
import type { DataChoice, Prepared } from "../data/table.ts";
import type { Wall } from "../wall/wall.ts";
import { t } from "../words/words.ts";
import { frameCode, type UsedColumn } from "./frame.ts";
import { type Source, sourceOf } from "./sources.ts";
import { pythonComment, pythonNumber, pythonString, wrapped } from "./spelling.ts";
import { splitLines } from "./split.ts";

export interface DataCode {
  readonly modules: readonly string[];
  /** Lines that belong together. At the end there are x_train, y_train and, if rows are held out, x_val, y_val. */
  readonly parts: readonly (readonly string[])[];
  /** What happens to a row `x` before it goes in, and to an answer `y` that comes out, as expressions. */
  readonly encode: (x: string) => string;
  readonly decode: (y: string) => string;
  /** The columns of `table`, which `prepare` makes the inputs of; null: rows are arrays from the start. */
  readonly table: readonly UsedColumn[] | null;
}

const asItIs = (name: string) => name;

export function dataCode(choice: DataChoice, prepared: Prepared | null, wall: Wall): DataCode {
  // Without the data it is not known what becomes of its columns.
  if (!prepared) {
    const words = t("code.comment.nodata");
    return {
      modules: [],
      parts: [[`raise SystemExit(${pythonString(words)})`]],
      encode: asItIs,
      decode: asItIs,
      table: null,
    };
  }
  const source = sourceOf(choice);
  const own = source !== null && source.target === prepared.target;
  const loaded = own ? arrays(source, prepared) : frameCode(choice, source, prepared);
  const held = prepared.validation !== null;
  // Points that are made anew are other rows, so there is no split to keep.
  const same = source === null || BUNDLED.has(choice.source);
  const scaling = choice.standardize ? scaleLines(prepared, loaded, held) : [];
  const filled = (x: string) => (loaded.missing ? `np.where(np.isnan(${x}), fill, ${x})` : x);
  return {
    modules: loaded.modules,
    table: loaded.table,
    encode: (x) => (scaling.length ? `(${filled(x)} - mean) / std` : filled(x)),
    decode: prepared.targetScale ? (y) => `${y} * y_std + y_mean` : asItIs,
    parts: [
      loaded.lines,
      ...splitLines(choice, prepared, same),
      targetLines(prepared, wall, held),
      loaded.missing ? fillLines(held) : [],
      scaling,
      prepared.targetScale ? targetScaleLines(held) : [],
    ],
  };
}

/** Sources whose rows are the same in Python. */
const BUNDLED: ReadonlySet<string> = new Set(["pima", "iris", "digits", "drawn"]);

export interface Loaded {
  readonly modules: readonly string[];
  readonly lines: readonly string[];
  /** Places of inputs that are numbers; null: all are. */
  readonly numbers: readonly number[] | null;
  /** Whether numbers are missing that become the mean. */
  readonly missing: boolean;
  /** Whether a column may have one value alone in the training rows. */
  readonly flat: boolean;
  readonly table: DataCode["table"];
}

/** x and y as they come, with the columns that were chosen. */
function arrays({ modules, lines, columns }: Source, { inputs }: Prepared): Loaded {
  const places = inputs.map((name) => columns.indexOf(name));
  const all = places.length === columns.length;
  const chosen = all
    ? []
    : wrapped(
        "x = x[:, [",
        places.map((place) => pythonNumber(place)),
        "]]",
      );
  return {
    modules,
    lines: [...lines, ...chosen],
    numbers: null,
    missing: false,
    flat: false,
    table: null,
  };
}

function targetLines({ outputs }: Prepared, { loss }: Wall, held: boolean): string[] {
  return loss === "categorical_crossentropy"
    ? both("y", held, (rows) => `keras.utils.to_categorical(${rows}, ${pythonNumber(outputs)})`)
    : [];
}

/** Does the same to the training rows and those held out. */
const both = (name: string, held: boolean, change: (rows: string) => string) =>
  (held ? [`${name}_train`, `${name}_val`] : [`${name}_train`]).map(
    (rows) => `${rows} = ${change(rows)}`,
  );

function fillLines(held: boolean): string[] {
  return [
    pythonComment(t("code.comment.fill")),
    "fill = np.nanmean(x_train, axis=0)",
    ...both("x", held, (rows) => `np.where(np.isnan(${rows}), fill, ${rows})`),
  ];
}

function scaleLines({ picture }: Prepared, { numbers, flat }: Loaded, held: boolean): string[] {
  const scaled = both("x", held, (rows) => `(${rows} - mean) / std`);
  if (picture)
    return [
      pythonComment(t("code.comment.pixels")),
      "mean, std = x_train.mean(), x_train.std()",
      ...scaled,
    ];
  const guard = flat ? ["std[std == 0] = 1"] : [];
  if (!numbers)
    return [
      pythonComment(t("code.comment.scale")),
      "mean, std = x_train.mean(axis=0), x_train.std(axis=0)",
      ...guard,
      ...scaled,
    ];
  if (numbers.length === 0) return [];
  return [
    pythonComment(t("code.comment.scale.numbers")),
    ...wrapped(
      "numbers = [",
      numbers.map((place) => pythonNumber(place)),
      "]",
    ),
    "mean, std = np.zeros(x.shape[1]), np.ones(x.shape[1])",
    "mean[numbers] = x_train[:, numbers].mean(axis=0)",
    "std[numbers] = x_train[:, numbers].std(axis=0)",
    ...guard,
    ...scaled,
  ];
}

function targetScaleLines(held: boolean): string[] {
  return [
    pythonComment(t("code.comment.target")),
    "y_mean, y_std = y_train.mean(), y_train.std()",
    ...both("y", held, (rows) => `(${rows} - y_mean) / y_std`),
  ];
}
