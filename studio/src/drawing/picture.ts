/** The wall as a picture to take home, equal to what `brickwork draw` makes of the same model. */
import type { Place } from "../wall/shapes.ts";
import type { Weights } from "../wall/wall.ts";
import { t } from "../words/words.ts";
import type { Level } from "./choice.ts";
import { layersOf } from "./network.ts";
import type { Theme } from "./sheet.ts";
import { SPECIFICATION } from "./specification.ts";
import { svg } from "./svg.ts";
import { sceneOf } from "./tower.ts";

export interface PictureOptions {
  readonly name?: string; // of the network
  readonly inputs?: readonly string[]; // names of its inputs
  readonly theme?: Theme; // "auto" follows the page that shows it
  readonly page?: number; // width in pixels for which it is laid out
  readonly bias?: boolean; // whether biases are drawn
  readonly apart?: boolean; // whether layers are drawn apart
}

/**
 * Returns a stack as the text of an SVG file, in the page's language. Throws a `RangeError` in words
 * for an empty stack, and for a level with too many synapses to be drawn.
 */
export function toSvg(
  stack: readonly Place[],
  weights: Weights | null,
  level: Level,
  options: PictureOptions = {},
): string {
  if (!stack.length) throw new RangeError(t("picture.empty"));
  const {
    name = "model",
    inputs = [],
    theme = "auto",
    page = SPECIFICATION.pixels.page,
    bias = false,
    apart = false,
  } = options;
  return svg(sceneOf(layersOf(stack, weights), level, { name, inputs, page, bias, apart }), theme);
}
