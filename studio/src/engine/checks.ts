/**
 * What a job must be like. Walls and rows come from files, links and tables, so all of it is looked
 * at before anything is built.
 */
import type { Rows } from "../data/table.ts";
import {
  BRICKS,
  complete,
  type Fields,
  LOSSES,
  METRICS,
  OPTIMIZERS,
  refusal,
} from "../wall/catalogue.ts";
import { LIMITS } from "../wall/limits.ts";
import { type Place, places } from "../wall/shapes.ts";
import type { Wall } from "../wall/wall.ts";
import type { Job } from "./protocol.ts";
import { MOST_ROWS } from "./random.ts";
import { Refusal, type Said } from "./said.ts";
import { checkTargets } from "./targets.ts";

const THE_WALL: Said = { key: "engine.wall", values: {} };
const THE_DATA: Said = { key: "engine.data", values: {} };

const WALL: Fields = {
  inputs: { type: "integer", default: null, min: 1, max: LIMITS.inputs },
  loss: { type: "choice", default: "", choices: LOSSES },
  batchSize: { type: "integer", default: null, min: 1, max: LIMITS.batchSize },
  seed: { type: "integer", default: null, min: 0, max: LIMITS.seed },
};

/** Raises a `Refusal` for a job that the engine cannot do. */
export function checkJob({ wall, training, validation }: Job): void {
  checkWall(wall);
  const top = places(wall)[wall.bricks.length - 1];
  for (const rows of [training, validation]) {
    if (!rows) continue;
    checkRows(rows, wall);
    checkTargets(rows, wall.loss, top.outputs);
  }
  checkMemory(wall, Math.min(wall.batchSize, training.rows));
}

/** Raises a `Refusal` where the arrays of all layers for so many rows would fill the memory. */
export function checkMemory(wall: Wall, rows: number): void {
  const most = rowsThatFit(wall);
  if (rows <= most) return;
  const values = { rows, numbers: numbersOfRow(wall), most };
  throw new Refusal({ key: "engine.memory", values });
}

/** Returns how many rows at a time memory has room for. */
export const rowsThatFit = (wall: Wall) => Math.floor(LIMITS.numbers / numbersOfRow(wall));

/** Returns how many numbers all layers keep of one row: outputs, gradients, draws. */
function numbersOfRow(wall: Wall): number {
  return places(wall).reduce((sum, { brick, inputs, outputs }) => {
    // Two words for each draw, and two draws for a number that is normally distributed.
    const draws = { Dropout: 2, GaussianNoise: 4 }[brick.kind] ?? 0;
    return sum + (1 + draws) * inputs + 2 * outputs;
  }, 2 * wall.inputs);
}

/** Raises a `Refusal` for a wall that is no network. */
export function checkWall(wall: Wall): void {
  checkFields(WALL, wall as unknown as Record<string, unknown>, THE_WALL);
  for (const metric of wall.metrics) {
    checkFields(
      { metric: { type: "choice", default: "", choices: METRICS } },
      { metric },
      THE_WALL,
    );
  }
  const { kind, config } = wall.optimizer;
  const optimizer = { type: "choice", default: "", choices: Object.keys(OPTIMIZERS) } as const;
  checkFields({ optimizer }, { optimizer: kind }, THE_WALL);
  checkFields(OPTIMIZERS[kind].fields, complete(OPTIMIZERS[kind].fields, config), kind);
  if (wall.bricks.length > LIMITS.bricks) {
    const values = { bricks: wall.bricks.length, most: LIMITS.bricks };
    throw new Refusal({ key: "engine.tall", values });
  }
  if (!wall.bricks.length) throw new Refusal({ key: "engine.empty", values: {} });
  wall.bricks.forEach((brick, index) => {
    if (!Object.hasOwn(BRICKS, brick.kind)) {
      throw new Refusal({ key: "engine.kind", values: { kind: brick.kind } }, index);
    }
    const { fields } = BRICKS[brick.kind];
    checkFields(fields, complete(fields, brick.config), brick.kind, index);
  });
  checkPlaces(places(wall), wall.inputs);
}

function checkPlaces(stack: readonly Place[], inputs: number): void {
  let studs = inputs;
  let parameters = 0;
  for (const place of stack) {
    if (place.inputs !== studs) {
      const values = { name: place.name, sockets: place.inputs, studs };
      throw new Refusal({ key: "misfit.studs", values }, place.index);
    }
    studs = place.outputs;
    parameters += place.parameters;
  }
  if (parameters > LIMITS.parameters) {
    throw new Refusal({ key: "engine.large", values: { parameters, most: LIMITS.parameters } });
  }
}

function checkRows({ rows, inputs, x, y }: Rows, wall: Wall): void {
  const count = { type: "integer", default: null, min: 1, max: MOST_ROWS } as const;
  checkFields({ rows: count }, { rows }, THE_DATA);
  if (inputs !== wall.inputs) {
    throw new Refusal({ key: "misfit.inputs", values: { data: inputs, wall: wall.inputs } });
  }
  if (x.length !== rows * inputs || y.length !== rows) {
    const values = { rows, inputs, x: x.length, y: y.length };
    throw new Refusal({ key: "engine.rows", values });
  }
  const place = x.findIndex((value) => !Number.isFinite(value));
  const row =
    place >= 0 ? Math.floor(place / inputs) : y.findIndex((value) => !Number.isFinite(value));
  if (row >= 0) throw new Refusal({ key: "engine.number", values: { row: row + 1 } });
}

function checkFields(
  fields: Fields,
  given: Readonly<Record<string, unknown>>,
  where: string | Said,
  brick?: number,
): void {
  for (const [name, field] of Object.entries(fields)) {
    const why = refusal(field, given[name]);
    if (why) throw new Refusal({ key: "engine.field", values: { where, name, why } }, brick);
  }
}
