/** Walls to write and to read: an empty one, random ones, and what they come down to. */
import {
  BRICKS,
  complete,
  type Field,
  type Fields,
  isRegularizer,
  LOSSES,
  METRICS,
  OPTIMIZERS,
} from "../../src/wall/catalogue.ts";
import { type Brick, type Config, newId, type Value, type Wall } from "../../src/wall/wall.ts";

export const EMPTY: Wall = {
  inputs: 8,
  bricks: [],
  loss: "binary_crossentropy",
  optimizer: { kind: "Adam", config: {} },
  metrics: ["accuracy"],
  batchSize: 10,
  epochs: 50,
  seed: 1,
};

/** A small generator of random numbers from 0 to 1. */
export function dice(seed: number): () => number {
  let state = seed * 2654435761;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

type Dice = () => number;
const oneOf = <T>(of: readonly T[], random: Dice) => of[Math.floor(random() * of.length)];
const whole = (min: number, max: number, random: Dice) =>
  min + Math.floor(random() * (max - min + 1));

function settingOf(field: Field, random: Dice): Value {
  switch (field.type) {
    case "boolean":
      return random() < 0.5;
    case "choice":
      return oneOf(field.choices, random);
    case "integer":
      return whole(field.min, Math.min(field.max, 64), random);
    case "regularizer": {
      const kind = oneOf(["L1", "L2", "L1L2"], random);
      const rates = { l1: random(), l2: oneOf([0, 1e-7, 1, random()], random) };
      const config = kind === "L1L2" ? rates : kind === "L1" ? { l1: rates.l1 } : { l2: rates.l2 };
      return { class_name: kind, config };
    }
    default:
      return oneOf(
        [field.min + (field.max - field.min) * (0.001 + 0.9 * random()), field.default],
        random,
      );
  }
}

function configOf(fields: Fields, random: Dice): Config {
  const config: Record<string, Value> = {};
  for (const [name, field] of Object.entries(fields))
    if (field.default === null && field.type === "integer") config[name] = settingOf(field, random);
    else if (random() < 0.4) config[name] = settingOf(field, random);
  return config;
}

export function randomWall(random: Dice): Wall {
  const optimizer = oneOf(Object.keys(OPTIMIZERS), random);
  const bricks = Array.from({ length: whole(1, 8, random) }, (): Brick => {
    const kind = oneOf(Object.keys(BRICKS), random);
    const frozen = random() < 0.2 ? { trainable: false } : {};
    return { id: newId(), kind, config: configOf(BRICKS[kind].fields, random), ...frozen };
  });
  return {
    inputs: whole(1, 64, random),
    bricks,
    loss: oneOf(LOSSES, random),
    optimizer: { kind: optimizer, config: configOf(OPTIMIZERS[optimizer].fields, random) },
    metrics: METRICS.filter(() => random() < 0.5),
    batchSize: whole(1, 512, random),
    epochs: whole(1, 500, random),
    seed: whole(0, 2 ** 32 - 1, random),
  };
}

/** Returns a wall with every setting, and without ids. */
export function spelledOut(wall: Wall) {
  return {
    ...wall,
    bricks: wall.bricks.map(({ kind, config, trainable = true }) => ({
      kind,
      trainable,
      config: complete(BRICKS[kind].fields, config),
    })),
    optimizer: {
      kind: wall.optimizer.kind,
      config: complete(OPTIMIZERS[wall.optimizer.kind].fields, wall.optimizer.config),
    },
  };
}

const camel = (name: string) =>
  name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Returns a wall as `models.py` describes a model. */
export function asModel(wall: Wall) {
  const { bricks, loss, optimizer } = spelledOut(wall);
  const shown = (name: string, value: Value) => {
    if (isRegularizer(value)) return value.config;
    return name.endsWith("initializer") ? camel(value as string) : value;
  };
  return {
    inputs: [wall.inputs],
    layers: bricks.map(({ kind, trainable, config }) => ({
      kind,
      trainable,
      ...Object.fromEntries(
        Object.entries(config).map(([name, value]) => [name, shown(name, value)]),
      ),
    })),
    loss,
    optimizer: { kind: optimizer.kind, ...optimizer.config },
  };
}
