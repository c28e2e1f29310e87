/** The code that holds out rows: the same ones as in the studio, so that figures agree. */
import { countsOf } from "../data/counts.ts";
import type { DataChoice, Prepared, Task } from "../data/table.ts";
import { t } from "../words/words.ts";
import { pythonComment, pythonNumber, wrapped } from "./spelling.ts";

/** Rows held out that are listed by their numbers; more are drawn once more. */
const MOST_LISTED = 400;

/** Returns the lines that part x and y; `same`: their rows are those of the studio. */
export function splitLines(choice: DataChoice, prepared: Prepared, same: boolean): string[][] {
  const { origins } = prepared;
  if (!prepared.validation) return [["x_train, y_train = x, y"]];
  const percent = Math.round(choice.validation * 100);
  if (!same)
    return [
      [
        pythonComment(t("code.comment.split", { percent })),
        `order = np.random.default_rng(${pythonNumber(choice.seed)}).permutation(len(x))`,
        `held_out = np.isin(np.arange(len(x)), order[: round(${pythonNumber(choice.validation)} * len(x))])`,
        ...PARTED,
      ],
    ];
  const comment = pythonComment(t("code.comment.split.same", { percent }));
  if (origins.validation.length > MOST_LISTED)
    return drawnLines(choice.seed, prepared.task, prepared.validation.y, comment);
  const used = [...origins.training, ...origins.validation].sort((a, b) => a - b);
  const places = new Map(used.map((row, place) => [row, place]));
  const listed = origins.validation.map((row) => pythonNumber(places.get(row) as number));
  return [
    [
      comment,
      "held_out = np.zeros(len(x), bool)",
      ...wrapped("held_out[[", listed, "]] = True"),
      ...PARTED,
    ],
  ];
}

const PARTED = [
  "x_val, y_val = x[held_out], y[held_out]",
  "x_train, y_train = x[~held_out], y[~held_out]",
];

/** The studio's random numbers (`data/random.ts`) and its order of rows (`data/split.ts`). */
function drawnLines(seed: number, task: Task, y: Float32Array, comment: string): string[][] {
  const shares = [...countsOf(y)].sort(([a], [b]) => a - b);
  const taken =
    task === "regression"
      ? [`held_out[order[:${pythonNumber(y.length)}]] = True`]
      : [
          ...wrapped(
            "for label, count in [",
            shares.map(([label, count]) => `(${pythonNumber(label)}, ${pythonNumber(count)})`),
            "]:",
          ),
          "    held_out[order[y[order] == label][:count]] = True",
        ];
  return [
    [
      comment,
      "def random(state):",
      "    while True:",
      "        state = (state + 0x9E3779B9) % 2**32",
      "        bits = (state ^ state >> 16) * 0x85EBCA6B % 2**32",
      "        bits = (bits ^ bits >> 13) * 0xC2B2AE35 % 2**32",
      "        yield (bits ^ bits >> 16) / 2**32",
    ],
    [
      `order, stream = list(range(len(x))), random(${pythonNumber(seed)})`,
      "for last in range(len(x) - 1, 0, -1):",
      "    other = int(next(stream) * (last + 1))",
      "    order[last], order[other] = order[other], order[last]",
      "order, held_out = np.array(order), np.zeros(len(x), bool)",
      ...taken,
      ...PARTED,
    ],
  ];
}
