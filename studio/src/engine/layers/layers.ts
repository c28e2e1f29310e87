/** The layer of each kind of brick. */
import type { Value } from "../../wall/wall.ts";
import { Activation } from "./activation.ts";
import { BatchNormalization } from "./batchNormalization.ts";
import { Dense } from "./dense.ts";
import { Dropout } from "./dropout.ts";
import { GaussianNoise } from "./gaussianNoise.ts";
import type { Build, Layer } from "./layer.ts";
import { LayerNormalization } from "./layerNormalization.ts";

export const layers: Readonly<
  Record<string, new (config: Record<string, Value>, build: Build) => Layer>
> = { Dense, Activation, Dropout, GaussianNoise, BatchNormalization, LayerNormalization };
