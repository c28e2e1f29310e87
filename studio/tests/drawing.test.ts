/** The wall's pictures are those of `brickwork.pictures`: `golden-pictures.json` is written by it. */
import { createHash } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { layersOf } from "../src/drawing/network.ts";
import { type PictureOptions, toSvg } from "../src/drawing/picture.ts";
import { walk } from "../src/drawing/shapes.ts";
import { sceneOf } from "../src/drawing/tower.ts";
import { places } from "../src/wall/shapes.ts";
import type { Weights } from "../src/wall/wall.ts";
import { type Config, newId, type Wall } from "../src/wall/wall.ts";
import { type Language, language } from "../src/words/words.ts";
import golden from "./golden-pictures.json";

type Model = (typeof golden.models)[number];

/** Numbers of the congruential generator in `tools/studio_specification.py`. */
function kernel(n: number, u: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: n * u }, () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 2 ** 30 - 1;
  });
}

function wallOf(model: Model): Wall {
  return {
    inputs: model.layers[0].inputs,
    bricks: model.layers.map(({ kind, config }) => ({
      id: newId(),
      kind,
      config: config as Config,
    })),
    loss: "mean_squared_error",
    optimizer: { kind: "SGD", config: {} },
    metrics: [],
    batchSize: 1,
    epochs: 1,
    seed: 1,
  };
}

function weightsOf(model: Model): Weights | null {
  if (!model.known) return null;
  return model.layers.map(({ kind, inputs, outputs }, k) =>
    kind !== "Dense"
      ? []
      : [
          { name: "kernel", shape: [inputs, outputs], values: kernel(inputs, outputs, k + 1) },
          { name: "bias", shape: [outputs], values: kernel(1, outputs, k + 101) },
        ],
  );
}

const counted = (names: readonly string[]) => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

afterEach(() => {
  language.value = "en";
});

describe("golden pictures", () => {
  for (const picture of golden.pictures) {
    const { level, page, bias } = picture;
    it(`${picture.model}, ${level}, ${page} px, ${picture.language}${bias ? ", with biases" : ""}`, () => {
      language.value = picture.language as Language;
      const model = golden.models.find((one) => one.name === picture.model) as Model;
      const stack = places(wallOf(model));
      const options = {
        name: model.name,
        inputs: model.inputs as string[],
        page,
        bias,
        apart: false,
      };
      const scene = sceneOf(layersOf(stack, weightsOf(model)), level as "auto", options);
      const all = [...walk(scene.parts)];
      expect(all.flatMap((s) => (s.shape === "text" ? [s.text] : [])).slice(-30)).toEqual(
        picture.texts,
      );
      expect(counted(all.flatMap((s) => (s.shape === "piece" ? [s.css] : [])))).toEqual(
        picture.pieces,
      );
      const drawn = toSvg(
        stack,
        weightsOf(model),
        level as "auto",
        options satisfies PictureOptions,
      );
      expect(createHash("sha256").update(drawn).digest("hex")).toBe(picture.sha256);
    });
  }
});
