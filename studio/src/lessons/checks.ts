/**
 * What a step of a lesson asks for. A check is data, so that a teacher's lesson travels in a link: it
 * names one of the kinds below and its settings, as a brick does. Each kind measures the state of the
 * page; a number is compared with what is asked, a yes or no stands for itself.
 */
import { SOURCES } from "../data/datasets.ts";
import {
  ACTIVATIONS,
  BRICKS,
  complete,
  type Field,
  type Fields,
  OPTIMIZERS,
} from "../wall/catalogue.ts";
import { activationOf, places } from "../wall/shapes.ts";
import type { Brick, Config, Value, Wall, Weights } from "../wall/wall.ts";

export interface Check {
  readonly kind: string;
  readonly config: Config;
}

/** What a check can see. */
export interface State {
  readonly wall: Wall;
  readonly source: string; // of the data
  readonly trainingRows: number | null; // null: there is no data
  /** Weight bricks in the palette. */
  readonly kept: number;
  readonly detail: string;
  /** The panels that are open. */
  readonly panels: readonly string[];
  /** Whether no training is running: what one gave is judged at its end, not at a lucky moment. */
  readonly settled: boolean;
  readonly epoch: number; // epochs that are done
  /** Of the last epoch that ended, by Keras's names. */
  readonly logs: Readonly<Record<string, number>>;
  /** Relu neurons that answer 0 for every training row; null: not counted yet. */
  readonly dead: number | null;
  /** The mean |w| of all kernels; null: there are none. */
  readonly weight: number | null;
}

const COMPARISONS = ["at least", "at most", "exactly"] as const;
export const DETAILS = ["bricks", "lines", "synapses"] as const;
export const PANELS = ["data", "train", "understand", "code"] as const;
const ROWS = ["validation", "training"] as const;
const HELD = ["Dropout", "penalty"] as const;
const ANY = "any";

export interface CheckKind {
  readonly fields: Fields;
  /** Returns what is there; null: nothing is known yet. */
  readonly measure: (
    state: State,
    config: Readonly<Record<string, Value>>,
  ) => number | boolean | null;
  /** Whether the number is a share, shown in percent. */
  readonly share?: true;
  /** Whether it is what a training gave. */
  readonly trained?: true;
}

const integer = (value: number, min: number, max: number): Field => ({
  type: "integer",
  default: value,
  min,
  max,
});
const number = (value: number, min: number, max: number): Field => ({
  type: "number",
  default: value,
  min,
  max,
});
const choice = (choices: readonly string[]): Field => ({
  type: "choice",
  default: choices[0],
  choices,
});

/** The fields of a check that compares a number. */
const compared = (value: Field, more: Fields = {}): Fields => ({
  ...more,
  is: choice(COMPARISONS),
  value,
});

const MOST = 1e6;
const ofRows = (name: string, rows: Value) => (rows === "training" ? name : `val_${name}`);
const nth = integer(1, 1, 64);

/** Returns each Dense below the output, with the bricks between it and the next one. */
function hidden({ bricks }: Wall): { dense: Brick; above: readonly Brick[] }[] {
  const at = bricks.flatMap(({ kind }, i) => (kind === "Dense" ? [i] : []));
  return at
    .slice(0, -1)
    .map((i, k) => ({ dense: bricks[i], above: bricks.slice(i + 1, at[k + 1]) }));
}

const isPenalized = ({ config }: Brick) => (config.kernel_regularizer ?? null) !== null;

function everyHidden(wall: Wall, has: Value): boolean {
  const found = hidden(wall);
  const isThere =
    has === "penalty"
      ? ({ dense }: (typeof found)[number]) => isPenalized(dense)
      : ({ above }: (typeof found)[number]) => above.some(({ kind }) => kind === has);
  return found.length > 0 && found.every(isThere) && wall.bricks.at(-1)?.kind !== has;
}

export const CHECKS: Readonly<Record<string, CheckKind>> = {
  bricks: {
    fields: compared(integer(2, 0, 64), { brick: choice([ANY, ...Object.keys(BRICKS)]) }),
    measure: ({ wall }, { brick }) =>
      wall.bricks.filter(({ kind }) => brick === ANY || kind === brick).length,
  },
  units: {
    fields: compared(integer(4, 1, 4096), { nth }),
    measure: ({ wall }, config) => {
      const place = places(wall).filter(({ brick }) => brick.kind === "Dense")[
        Number(config.nth) - 1
      ];
      return place?.outputs ?? null;
    },
  },
  synapses: {
    fields: compared(integer(6, 0, MOST)),
    measure: ({ wall }) => places(wall).reduce((sum, place) => sum + place.synapses, 0),
  },
  activation: {
    fields: { nth: integer(0, 0, 64), activation: choice(ACTIVATIONS) },
    measure: ({ wall }, config) => {
      const dense = wall.bricks.filter(({ kind }) => kind === "Dense");
      const looked =
        config.nth === 0 ? wall.bricks : dense.slice(Number(config.nth) - 1, Number(config.nth));
      return looked.some((brick) => activationOf(brick) === config.activation);
    },
  },
  penalty: {
    fields: {},
    measure: ({ wall }) => wall.bricks.some(isPenalized),
  },
  hidden: {
    fields: { has: choice(HELD) },
    measure: ({ wall }, { has }) => everyHidden(wall, has),
  },
  rate: {
    fields: compared(number(0.5, 0, 1)),
    measure: ({ wall }) => {
      const rates = wall.bricks
        .filter(({ kind }) => kind === "Dropout")
        .map(({ config }) => complete(BRICKS.Dropout.fields, config).rate as number);
      return rates.length ? Math.min(...rates) : null;
    },
  },
  frozen: {
    fields: compared(integer(1, 0, 64)),
    measure: ({ wall }) => wall.bricks.filter(({ trainable }) => trainable === false).length,
  },
  weight_bricks: {
    fields: compared(integer(1, 0, 64)),
    measure: ({ wall }) => wall.bricks.filter(({ fixed }) => fixed).length,
  },
  kept: {
    fields: compared(integer(1, 0, 64)),
    measure: ({ kept }) => kept,
  },
  optimizer: {
    fields: { optimizer: choice(Object.keys(OPTIMIZERS)) },
    measure: ({ wall }, { optimizer }) => wall.optimizer.kind === optimizer,
  },
  learning_rate: {
    fields: compared(number(0.1, 0, 100)),
    measure: ({ wall: { optimizer } }) =>
      complete(OPTIMIZERS[optimizer.kind].fields, optimizer.config).learning_rate as number,
  },
  data: {
    fields: { source: choice([...SOURCES.map(({ name }) => name), "drawn", "csv"]) },
    measure: (state, { source }) => state.source === source,
  },
  training_rows: {
    fields: compared(integer(50, 0, MOST)),
    measure: ({ trainingRows }) => trainingRows,
  },
  epochs: {
    fields: compared(integer(20, 1, MOST)),
    measure: ({ epoch }) => epoch,
    trained: true,
  },
  accuracy: {
    fields: compared(number(0.9, 0, 1), { rows: choice(ROWS) }),
    measure: ({ logs }, { rows }) => logs[ofRows("accuracy", rows)] ?? null,
    share: true,
    trained: true,
  },
  loss: {
    fields: compared(number(0.1, 0, MOST), { rows: choice(ROWS) }),
    measure: ({ logs }, { rows }) => logs[ofRows("loss", rows)] ?? null,
    trained: true,
  },
  gap: {
    fields: compared(number(0.2, -MOST, MOST)),
    measure: ({ logs }) =>
      logs.val_loss === undefined || logs.loss === undefined ? null : logs.val_loss - logs.loss,
    trained: true,
  },
  dead: {
    fields: compared(integer(1, 0, MOST)),
    measure: ({ dead }) => dead,
    trained: true,
  },
  weight: {
    fields: compared(number(0.1, 0, MOST)),
    measure: ({ weight }) => weight,
    trained: true,
  },
  detail: {
    fields: { detail: choice([...DETAILS].reverse()) },
    measure: (state, { detail }) => state.detail === detail,
  },
  panel: {
    fields: { panel: choice(PANELS) },
    measure: ({ panels }, { panel }) => panels.includes(panel as string),
  },
};

/** Returns the settings of a check, with defaults where it says nothing. */
export const settings = ({ kind, config }: Check) => complete(CHECKS[kind].fields, config);

/** Returns what the state has of what a check asks for; null: nothing is known yet. */
export function measured(check: Check, state: State): number | boolean | null {
  return CHECKS[check.kind].measure(state, settings(check));
}

export function met(check: Check, state: State): boolean {
  if (CHECKS[check.kind].trained && !(state.settled && state.epoch > 0)) return false;
  const found = measured(check, state);
  if (typeof found !== "number") return found === true;
  const [low, high] = rangeOf(check);
  return found >= low && found <= high;
}

/** Returns the numbers that a check takes, as the least and the most. */
function rangeOf(check: Check): readonly [number, number] {
  const { is, value } = settings(check) as { is: (typeof COMPARISONS)[number]; value: number };
  return [is === "at most" ? -Infinity : value, is === "at least" ? Infinity : value];
}

/** Returns two checks that no wall meets at once; null where there are none. */
export function contradiction(checks: readonly Check[]): readonly [Check, Check] | null {
  for (const [i, one] of checks.entries())
    for (const other of checks.slice(i + 1)) if (contradict(one, other)) return [one, other];
  return null;
}

function contradict(one: Check, other: Check): boolean {
  if (one.kind !== other.kind || one.kind === "panel") return false;
  const [a, b] = [settings(one), settings(other)];
  const differs = (name: string) => a[name] !== b[name];
  if (typeof a.value !== "number") {
    if (one.kind === "activation") return a.nth !== 0 && a.nth === b.nth && differs("activation");
    return one.kind !== "hidden" && Object.keys(a).some(differs);
  }
  const [low, high] = rangeOf(one);
  const [least, most] = rangeOf(other);
  // Bricks of one kind are among all bricks.
  if (one.kind === "bricks" && differs("brick"))
    return (a.brick === ANY && least > high) || (b.brick === ANY && low > most);
  const isOfOther = Object.keys(a).some((name) => !["is", "value"].includes(name) && differs(name));
  return !isOfOther && Math.max(low, least) > Math.min(high, most);
}

/** Returns the mean |w| of all kernels; null where there are none. */
export function meanWeight(weights: Weights): number | null {
  let [sum, count] = [0, 0];
  for (const { name, values } of weights.flat()) {
    if (name !== "kernel") continue;
    for (const value of values) sum += Math.abs(value);
    count += values.length;
  }
  return count ? sum / count : null;
}

/** Returns how many relu neurons answer 0 for every row, from the outputs of each brick. */
export function deadNeurons(wall: Wall, outputs: readonly Float32Array[], rows: number): number {
  let dead = 0;
  for (const [i, brick] of wall.bricks.entries()) {
    if (activationOf(brick) !== "relu") continue;
    const units = outputs[i].length / rows;
    for (let unit = 0; unit < units; unit++) {
      let row = 0;
      while (row < rows && outputs[i][row * units + unit] === 0) row += 1;
      if (row === rows) dead += 1;
    }
  }
  return dead;
}
