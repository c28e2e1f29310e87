/** Weights that bricks already have, as code: the script begins where the wall does. */
import { places } from "../wall/shapes.ts";
import type { Wall, Weight } from "../wall/wall.ts";
import { t } from "../words/words.ts";
import { pythonComment, pythonFloat32, pythonNumber, pythonString, wrapped } from "./spelling.ts";

/** More values than this are told by base64, many more not at all. */
const MOST_LISTED = 300;
const MOST_WRITTEN = 100_000;

/** Returns the lines that set weights, none if no brick has any. */
export function weightsCode(wall: Wall): string[] {
  const held = places(wall).filter(
    ({ brick, parameters }) => parameters && fits(brick.weights, parameters),
  );
  if (held.length === 0) return [];
  const sets = held.map(({ brick, index }) => ({
    index,
    weights: brick.weights as readonly Weight[],
  }));
  const count = sets.reduce((sum, { weights }) => sum + sizeOf(weights), 0);
  if (count > MOST_WRITTEN)
    return [pythonComment(t("code.comment.large", { count, most: MOST_WRITTEN }))];
  return [
    pythonComment(t("code.comment.weights")),
    ...sets.flatMap(({ index, weights }) => [
      `model.layers[${pythonNumber(index)}].set_weights([`,
      ...weights.flatMap(arrayCode),
      "])",
    ]),
  ];
}

const sizeOf = (weights: readonly Weight[]) =>
  weights.reduce((sum, { values }) => sum + values.length, 0);

/** Weights of before belong to no brick whose size has changed; moving statistics have no gradient. */
function fits(weights: readonly Weight[] | undefined, parameters: number): boolean {
  return weights !== undefined && sizeOf(weights) === parameters;
}

function arrayCode({ shape, values }: Weight): string[] {
  const reshaped =
    shape.length > 1 ? `.reshape(${shape.map((extent) => pythonNumber(extent)).join(", ")})` : "";
  if (values.length <= MOST_LISTED && values.every(Number.isFinite))
    return wrapped(
      "    np.array([",
      Array.from(values, pythonFloat32),
      `], "float32")${reshaped},`,
    );
  const bytes = new Uint8Array(Float32Array.from(values).buffer);
  let letters = "";
  for (const byte of bytes) letters += String.fromCharCode(byte);
  const pieces = btoa(letters).match(/.{1,76}/g) as string[];
  return [
    "    np.frombuffer(base64.b64decode(",
    ...pieces.map((piece) => `        ${pythonString(piece)}`),
    `    ), "<f4")${reshaped},`,
  ];
}
