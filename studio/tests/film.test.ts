/** Films: what is recorded of a training, and what is made of it. */
import { afterEach, describe, expect, it } from "vitest";
import { toSvg } from "../src/drawing/picture.ts";
import type { Engine, Event, Snapshot } from "../src/engine/protocol.ts";
import { Runner } from "../src/engine/runner.ts";
import { Training } from "../src/engine/training.ts";
import { again, filmed, suffice } from "../src/files/film/again.ts";
import { animated } from "../src/files/film/animated.ts";
import { captions, pictureAt } from "../src/files/film/below.ts";
import { changes, Film } from "../src/files/film/film.ts";
import { filmPage } from "../src/files/film/page.ts";
import { MOST_FRAMES, MOST_NUMBERS, Recorder } from "../src/files/film/recorder.ts";
import { scaleFor } from "../src/files/png.ts";
import { places } from "../src/wall/shapes.ts";
import { dense, type Wall, type Weight } from "../src/wall/wall.ts";
import { language } from "../src/words/words.ts";

afterEach(() => {
  language.value = "en";
});

const snapshot = (step: number, weights: Weight[][] = [], loss = 1 / (step + 1)): Snapshot => ({
  step,
  epoch: Math.floor(step / 10),
  batch: step % 10,
  logs: { loss },
  weights,
  ended: step % 10 ? [] : [{ epoch: step / 10 - 1, logs: { loss: 2 * loss } }],
  stepsPerSecond: 1,
});
const kernel = (shape: number[], at: (k: number) => number): Weight => ({
  name: "kernel",
  shape,
  values: Float32Array.from({ length: shape[0] * shape[1] }, (_, k) => at(k)),
});

describe("a recorder", () => {
  const recorded = (steps: Iterable<number>, weights?: Weight[][]) => {
    const recorder = new Recorder();
    for (const step of steps) recorder.add(snapshot(step, weights));
    return recorder.frames.map(({ step }) => step);
  };

  it("keeps all of a short training", () => {
    expect(recorded([0, 3, 4, 9])).toEqual([0, 3, 4, 9]);
  });

  it("keeps a long one evenly spaced, with its beginning and its end", () => {
    const steps = recorded(Array.from({ length: 10_001 }, (_, k) => k));
    expect(steps.length).toBeLessThanOrEqual(MOST_FRAMES);
    expect(steps.length).toBeGreaterThan(MOST_FRAMES / 2 - 1);
    expect([steps[0], steps.at(-1)]).toEqual([0, 10_000]);
    const gaps = steps.slice(1, -1).map((step, k) => step - steps[k]);
    expect(new Set(gaps).size).toBe(1);
  });

  it("spaces by steps, not by snapshots", () => {
    // First a snapshot each step, then one each hundred steps.
    const slow = Array.from({ length: 500 }, (_, k) => k);
    const fast = Array.from({ length: 500 }, (_, k) => 500 + 100 * k);
    const steps = recorded([...slow, ...fast]);
    expect(steps.filter((step) => step < 500).length).toBeLessThan(5);
    expect(steps.length).toBeGreaterThan(50);
  });

  it("begins anew with another training, and replaces weights that were set by hand", () => {
    expect(recorded([0, 5, 9, 0, 2])).toEqual([0, 2]);
    const recorder = new Recorder();
    for (const at of [3, 2, 1]) recorder.add(snapshot(7, [[kernel([1, 1], () => at)]]));
    expect(recorder.frames.map(({ weights }) => weights[0][0].values[0])).toEqual([1]);
  });

  it("says of each picture what the last whole epoch had, not what one has had so far", () => {
    const recorder = new Recorder();
    for (const [step, loss] of [
      [0, 9],
      [8, 8],
      [10, 7],
      [13, 6],
      [20, 5],
    ])
      recorder.add({ ...snapshot(step, [], loss), ...(step === 0 && { ended: [] }) });
    const said = recorder.frames.map(({ epoch, logs }) => [epoch, logs.loss]);
    expect(said).toEqual([
      [0, undefined],
      [0, undefined],
      [1, 14],
      [1, 14],
      [2, 10],
    ]);
  });

  it("bounds its memory", () => {
    const steps = Array.from({ length: 300 }, (_, k) => k);
    const size = MOST_NUMBERS / 8;
    expect(recorded(steps, [[kernel([size, 1], () => 0)]]).length).toBeLessThanOrEqual(8);
    expect(recorded(steps, [[kernel([MOST_NUMBERS, 1], () => 0)]])).toEqual([]);
  });
});

describe("a training that was faster than pictures of it", () => {
  const rows = {
    rows: 30,
    inputs: 3,
    x: Float32Array.from({ length: 90 }, (_, k) => Math.sin(k)),
    y: Float32Array.from({ length: 30 }, (_, k) => k % 2),
  };
  const job = () => ({ wall, training: rows, validation: rows });
  const watch = () => ({ progress: () => {}, signal: new AbortController().signal });

  /** The page's engine, without a worker. */
  function engineOf(): Engine {
    const engine: Engine = {
      onEvent: () => {},
      send: (request) => runner.handle(request),
      close: () => {},
    };
    const runner = new Runner({
      post: (message) => engine.onEvent(message as Event),
      later: (call) => void setTimeout(call),
      now: () => performance.now(),
    });
    return engine;
  }

  /** Trains as a user does; returns how it ended, and the logs of each epoch. */
  function trainedFor(epochs: number, batch = 0) {
    const training = new Training(job());
    while (training.epoch < epochs || training.batch < batch) training.advance();
    const ended = training.takeEnded().map(({ logs }) => logs);
    return { end: { epoch: epochs, batch, weights: training.network.weights() }, ended };
  }

  it("is trained once more, with a picture at the end of each epoch", async () => {
    const { end, ended } = trainedFor(12);
    const frames = await again(engineOf(), job(), end, watch());
    expect(frames?.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 13 }, (_, k) => k));
    expect(frames?.slice(1).map(({ logs }) => logs)).toEqual(ended);
    expect(Object.keys(ended[0])).toEqual(["loss", "val_loss"]);
    expect(frames?.at(-1)?.weights).toEqual(end.weights);
    expect(frames?.[5].weights).toEqual(trainedFor(5).end.weights);
  });

  it("to the batch in which it stopped", async () => {
    const { end, ended } = trainedFor(2, 3);
    const frames = await again(engineOf(), job(), end, watch());
    expect(frames?.map(({ epoch }) => epoch)).toEqual([0, 1, 2, 2]);
    expect(frames?.at(-1)?.logs).toEqual(ended[1]);
  });

  it("gives nothing if the weights are others than those it comes to", async () => {
    const { end } = trainedFor(3);
    end.weights[0][0].values[4] += 1e-3;
    expect(await again(engineOf(), job(), end, watch())).toBeNull();
  });

  it("is ended before its time", async () => {
    const closed = new AbortController();
    const { end } = trainedFor(50);
    const made = again(engineOf(), job(), end, {
      progress: () => closed.abort(),
      signal: closed.signal,
    });
    await expect(made).rejects.toThrow();
  });

  it("has at most so many pictures, evenly spaced", () => {
    expect(filmed({ epoch: 50, weights: [] })).toHaveLength(51);
    const long = filmed({ epoch: 1000, weights: [] });
    expect(long.length).toBeLessThanOrEqual(MOST_FRAMES);
    expect([long[0], long[1], long.at(-1)]).toEqual([0, 9, 1000]);
  });

  it("is not trained again where what was recorded is enough", () => {
    const recorded = (epochs: number[]) =>
      epochs.map((epoch) => ({ step: epoch, epoch, logs: {}, weights: [] }));
    const wanted = [0, 1, 2, 3, 4];
    expect(suffice(recorded([0, 0, 1, 2, 2, 3, 4]), wanted)).toBe(true);
    expect(suffice(recorded([0, 2, 4]), wanted)).toBe(false);
    expect(suffice(recorded([0, 15, 30]), [0, 8, 16, 24, 30])).toBe(true);
    expect(suffice(recorded([0, 30]), [0, 8, 16, 24, 30])).toBe(false);
  });
});

const wall: Wall = {
  inputs: 3,
  bricks: [dense(4, "relu"), dense(1, "sigmoid")],
  loss: "binary_crossentropy",
  optimizer: { kind: "SGD", config: {} },
  metrics: [],
  batchSize: 8,
  epochs: 20,
  seed: 1,
};

/** Weights that change their strength and sign as time goes by. */
const weightsAt = (time: number): Weight[][] => [
  [
    kernel([3, 4], (k) => Math.sin(k + time / 3)),
    { name: "bias", shape: [4], values: new Float32Array(4) },
  ],
  [
    kernel([4, 1], (k) => (k === 3 ? 0.5 : Math.cos(2 * k + time / 5))),
    { name: "bias", shape: [1], values: new Float32Array(1) },
  ],
];

const drawn = (time: number, level: "auto" | "lines" | "bricks") =>
  toSvg(places(wall), weightsAt(time), level, { bias: true });

function filmOf(level: "auto" | "lines" | "bricks", pictures = 12): Film {
  const film = new Film(20);
  for (let time = 0; time < pictures; time++)
    film.add(drawn(time, level), {
      epoch: time,
      logs: time ? { loss: 1 / time, val_loss: 2 / time, accuracy: 0.5 } : {},
    });
  return film;
}

/** The classes of the bricks with values, in the order of the document. */
const classesOf = (svg: string) =>
  [...svg.matchAll(/class="((?:weight|band|bias)[^"]*)"[^>]*data-value=/g)].map(([, css]) => css);

describe("a film", () => {
  for (const level of ["auto", "lines", "bricks"] as const)
    it(`has the look of each brick at each picture (${level})`, () => {
      const film = filmOf(level);
      expect(film.slots.length).toBeGreaterThan(level === "bricks" ? 6 : 15);
      for (let time = 0; time < film.length; time++) {
        const shown = film.slots.map((slot) => changes(slot).findLast(([at]) => at <= time)?.[1]);
        expect(shown).toEqual(classesOf(drawn(time, level)));
      }
    });

  it("draws a brick in each of its forms, and one that keeps its sign once", () => {
    const film = filmOf("auto");
    const svg = animated(film);
    const changing = film.slots.filter(({ drawings }) => drawings.size === 2).length;
    expect(changing).toBeGreaterThan(5);
    expect(changing).toBeLessThan(film.slots.length);
    expect(svg.match(/class="as-pos"/g)).toHaveLength(changing);
    expect(svg.match(/class="as-neg"/g)).toHaveLength(changing);
  });

  it("refuses pictures of another wall", () => {
    const film = filmOf("auto", 2);
    const other = toSvg(places({ ...wall, inputs: 2 }), null, "auto");
    expect(() => film.add(other, { epoch: 1, logs: {} })).toThrow();
  });

  it("as an animated SVG counts the epochs below the picture", () => {
    language.value = "ko";
    const film = filmOf("lines", 30);
    const svg = animated(film);
    expect(svg.match(/&#50640;&#54252;&#53356; \d+\/29/g)?.length).toBe(31); // and the last one, at rest
    const times = /keyTimes="([^"]*)"/.exec(svg)?.[1].split(";").map(Number) ?? [];
    expect(times[0]).toBe(0);
    expect(times.every((time, k) => time < 1 && (k === 0 || time > times[k - 1]))).toBe(true);
    expect(captions(film).slice(0, 2)).toEqual([
      "에포크 0/29",
      "에포크 1/29 · 훈련 손실 1 · 검증 손실 2",
    ]);
  });

  it("draws both losses on one scale, and names them", () => {
    const svg = pictureAt(filmOf("lines"), 11);
    const lines = [...svg.matchAll(/<path class="curve"([^>]*) d="M[-\d.]+ ([\d.]+)L/g)];
    expect(lines.map(([, dashes]) => dashes !== "")).toEqual([false, true]);
    expect(Number(lines[1][2])).toBeLessThan(Number(lines[0][2])); // the larger one is higher
    for (const name of ["training loss", "validation loss"])
      expect(svg).toContain(`>${name}</text>`);
    expect(pictureAt(filmOf("lines"), 0)).toContain(">validation loss</text>");
  });

  it("shows one of its pictures as it was", () => {
    const film = filmOf("auto");
    const untitled = (svg: string) => svg.replace(/(data-[^>]*>)<title>.*?<\/title>/g, "$1");
    const bricks = (svg: string) => untitled(svg).match(/<g class="(weight|bias)[ "].*?<\/g>/gs);
    expect(bricks(pictureAt(film, 11))).toEqual(bricks(drawn(11, "auto")));
    expect(classesOf(pictureAt(film, 4))).toEqual(classesOf(drawn(4, "auto")));
  });

  it("as a page has what the script of the package's template reads", () => {
    const film = filmOf("auto");
    const page = filmPage(film, "dark", ["age", "bmi"]);
    expect(page).not.toMatch(/\{\{|undefined/); // every place of the template is filled
    const data = JSON.parse(/id="film">(.*?)<\/script>/s.exec(page)?.[1] ?? "");
    expect(data.epochs).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(data.logs.loss.slice(0, 3)).toEqual([null, 1, 0.5]);
    expect(data.names).toEqual({
      loss: "training loss",
      val_loss: "validation loss",
      accuracy: "training accuracy",
    });
    expect(data.of).toBe(20);
    expect(data.inputs).toEqual(["age", "bmi"]);
    const shown = film.slots.map((_, i) => {
      const numbers: number[] = data.looks[i];
      return data.classes[numbers[numbers.length - 1]];
    });
    expect(shown).toEqual(classesOf(drawn(11, "auto")));
    const value = data.values[0].reduce((a: number, b: number) => a + b, 0) / data.scale;
    expect(value).toBeCloseTo(film.slots[0].values[11], 3);
  });
});

it("a PNG is no larger than a canvas can be", () => {
  expect(scaleFor(800, 600)).toBe(2);
  expect(scaleFor(20_000, 100) * 20_000).toBeLessThanOrEqual(8192);
  expect(scaleFor(8000, 8000) ** 2 * 64e6).toBeLessThanOrEqual(16_000_001);
});
