/** Bricks and optimizers as calls, with what differs from Keras's defaults. */
import { BRICKS, complete, type Fields, isRegularizer, OPTIMIZERS } from "../wall/catalogue.ts";
import type { Brick, Config, Optimizer, Value } from "../wall/wall.ts";
import { t } from "../words/words.ts";
import { LAYERS } from "./names.ts";
import { pythonComment, pythonNumber, pythonString, wrapped } from "./spelling.ts";

/** Columns. The page's panel shows 48 without scrolling; a brick may have a few more, to stay on its line. */
const NARROW = 48;
const BRICK = 60;

/** Returns the lines of a brick within the list of layers. */
export function brickCode({ kind, config, trainable, fixed }: Brick): string[] {
  const words = argumentsOf(BRICKS[kind].fields, config, LAYERS[kind].required);
  if (trainable === false) words.push("trainable=False");
  // A line of its own for a comment: a name may have any letters but those that end it.
  const comment = fixed
    ? [`    ${pythonComment(t("code.comment.fixed", { name: fixed.name }))}`]
    : [];
  const single = `    layers.${kind}(${words.join(", ")}),`;
  if (single.length <= BRICK) return [...comment, single];
  return [...comment, `    layers.${kind}(`, ...words.map((word) => `        ${word},`), "    ),"];
}

/** Returns the lines of `optimizer="adam",` where everything is the default, or of the class with what differs. */
export function optimizerCode({ kind, config }: Optimizer): string[] {
  const words = argumentsOf(OPTIMIZERS[kind].fields, config);
  return words.length
    ? wrapped(`    optimizer=keras.optimizers.${kind}(`, words, "),", NARROW)
    : [`    optimizer=${pythonString(kind.toLowerCase())},`];
}

function argumentsOf(fields: Fields, config: Config, required?: string): string[] {
  const all = complete(fields, config);
  const words: string[] = required ? [valueCode(all[required], fields[required].type)] : [];
  for (const [name, field] of Object.entries(fields))
    if (name !== required && JSON.stringify(all[name]) !== JSON.stringify(field.default))
      words.push(`${name}=${valueCode(all[name], field.type)}`);
  return words;
}

function valueCode(value: Value, type: string): string {
  if (typeof value === "string") return pythonString(value);
  if (typeof value === "number") return pythonNumber(value, type === "number");
  if (typeof value === "boolean") return value ? "True" : "False";
  if (isRegularizer(value)) {
    const rates = Object.entries(value.config).map(
      ([name, rate]) => `${name}=${pythonNumber(rate, true)}`,
    );
    const [only] = Object.values(value.config);
    const words =
      value.class_name === "L1L2" || only === undefined ? rates : [pythonNumber(only, true)];
    return `keras.regularizers.${value.class_name}(${words.join(", ")})`;
  }
  return "None";
}
