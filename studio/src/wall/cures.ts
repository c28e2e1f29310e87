/** What helps a wall that overfits, or that learns too little, as edits of it; what it has already is not among them. */
import { configure, fresh, insert } from "./edits.ts";
import { type Brick, dense, type Wall } from "./wall.ts";

const RATE = 0.3; // of Dropout
const PENALTY = { class_name: "L2", config: { l2: 0.01 } };
/** Units of a brick that is added, at least; and what is never exceeded by advice. */
const [UNITS, MOST_UNITS, MOST_EPOCHS] = [8, 64, 1000];

export type CureKind = "epochs" | "dropout" | "units" | "penalty" | "wider" | "deeper" | "longer";

export interface Cure {
  readonly kind: CureKind;
  readonly wall: Wall;
  /** How many epochs or units there are then, or how strong it is. */
  readonly n: number;
}

const unitsOf = (brick: Brick) => brick.config.units as number;

/** Returns the Dense bricks below the one that answers, as indices. */
function hidden({ bricks }: Wall): number[] {
  const all = bricks.flatMap(({ kind }, index) => (kind === "Dense" ? [index] : []));
  return all.slice(0, -1);
}

const widest = ({ bricks }: Wall, among: readonly number[]): number | undefined =>
  among.toSorted((a, b) => unitsOf(bricks[b]) - unitsOf(bricks[a]))[0];

/** Returns the cures for a wall whose validation loss was lowest after so many epochs, counted from where it begins. */
export function curesFor(wall: Wall, best: number): Cure[] {
  const cures = [stopped(wall, best), dropping(wall), halved(wall), penalized(wall)];
  return cures.filter((cure) => cure !== null);
}

function stopped(wall: Wall, best: number): Cure | null {
  if (best < 1) return null;
  return { kind: "epochs", n: best, wall: { ...wall, epochs: best } };
}

/** Dropout above the widest hidden brick, and what belongs to it: its activation. */
function dropping(wall: Wall): Cure | null {
  const { bricks } = wall;
  const index = widest(wall, hidden(wall));
  if (index === undefined || bricks.some(({ kind }) => kind === "Dropout")) return null;
  const above = bricks[index + 1].kind === "Activation" ? index + 2 : index + 1;
  const dropout = { ...fresh("Dropout"), config: { rate: RATE } };
  return { kind: "dropout", n: RATE, wall: insert(wall, dropout, above) };
}

/** The hidden bricks whose units can be changed: those of a weight brick, or below one, are fixed. */
function changeable(wall: Wall): number[] {
  const { bricks } = wall;
  const next = (index: number) =>
    bricks.slice(index + 1).find(({ kind, fixed }) => kind === "Dense" || fixed);
  return hidden(wall).filter((at) => !bricks[at].fixed && !next(at)?.fixed);
}

/** Half of the units of the widest hidden brick. */
function halved(wall: Wall): Cure | null {
  const { bricks } = wall;
  const index = widest(
    wall,
    changeable(wall).filter((at) => unitsOf(bricks[at]) > 1),
  );
  if (index === undefined) return null;
  const units = Math.floor(unitsOf(bricks[index]) / 2);
  return { kind: "units", n: units, wall: configure(wall, bricks[index].id, { units }) };
}

/** An L2 penalty on all hidden bricks that learn. */
function penalized(wall: Wall): Cure | null {
  const { bricks } = wall;
  const has = ({ config }: Brick) => (config.kernel_regularizer ?? null) !== null;
  const learning = hidden(wall).filter((index) => bricks[index].trainable !== false);
  if (!learning.length || bricks.some(has)) return null;
  const change = (now: Wall, index: number) =>
    configure(now, bricks[index].id, { kernel_regularizer: PENALTY });
  return { kind: "penalty", n: PENALTY.config.l2, wall: learning.reduce(change, wall) };
}

/** Returns what helps a wall that is right too seldom, also of the rows that it trains on. */
export function strengthened(wall: Wall): Cure[] {
  return [widened(wall), deepened(wall), prolonged(wall)].filter((cure) => cure !== null);
}

/** Twice the units of the narrowest hidden brick. */
function widened(wall: Wall): Cure | null {
  const { bricks } = wall;
  const [index] = changeable(wall).toSorted((a, b) => unitsOf(bricks[a]) - unitsOf(bricks[b]));
  if (index === undefined) return null;
  const units = 2 * unitsOf(bricks[index]);
  if (units > MOST_UNITS) return null;
  return { kind: "wider", n: units, wall: configure(wall, bricks[index].id, { units }) };
}

/** Another hidden brick below the one that answers. */
function deepened(wall: Wall): Cure | null {
  const { bricks } = wall;
  const output = bricks.findLastIndex(({ kind }) => kind === "Dense");
  if (output < 0 || bricks[output].fixed) return null;
  const top = hidden(wall).at(-1);
  const units = Math.max(UNITS, top === undefined ? 0 : unitsOf(bricks[top]));
  if (units > MOST_UNITS) return null;
  return { kind: "deeper", n: units, wall: insert(wall, dense(units, "relu"), output) };
}

function prolonged(wall: Wall): Cure | null {
  const epochs = 2 * wall.epochs;
  return epochs > MOST_EPOCHS ? null : { kind: "longer", n: epochs, wall: { ...wall, epochs } };
}
