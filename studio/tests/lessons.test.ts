/** Lessons can be done as they say, with the real engine, and not without. */
import { describe, expect, it } from "vitest";
import { load } from "../src/data/datasets.ts";
import { prepare } from "../src/data/prepare.ts";
import type { DataChoice } from "../src/data/table.ts";
import { forward } from "../src/engine/forward.ts";
import { Training } from "../src/engine/training.ts";
import { utf8 } from "../src/files/bytes.ts";
import { fromLink, toLink } from "../src/files/link.ts";
import { readProject, writeProject } from "../src/files/project.ts";
import {
  CHECKS,
  type Check,
  contradiction,
  deadNeurons,
  meanWeight,
  met,
  type State,
} from "../src/lessons/checks.ts";
import { code } from "../src/lessons/code.ts";
import { dead } from "../src/lessons/dead.ts";
import { GUIDED } from "../src/lessons/guided.ts";
import {
  inLanguage,
  type Lesson,
  pieces,
  stepMet,
  trains,
  wantsTraining,
} from "../src/lessons/lesson.ts";
import { overfitting } from "../src/lessons/overfitting.ts";
import { plainLesson, readLesson } from "../src/lessons/read.ts";
import { nowSaid, said } from "../src/lessons/said.ts";
import { signals } from "../src/lessons/signals.ts";
import { spiral } from "../src/lessons/spiral.ts";
import { atLeast, atMost, brick, check, exactly } from "../src/lessons/starts.ts";
import {
  closeLesson,
  finished,
  goTo,
  lesson,
  lessonStep,
  openLesson,
  progress,
  reach,
  reached,
} from "../src/lessons/state.ts";
import { weight } from "../src/lessons/weight.ts";
import { xor } from "../src/lessons/xor.ts";
import { fresh } from "../src/wall/edits.ts";
import type { Brick, Config, Wall, Weight } from "../src/wall/wall.ts";
import { language } from "../src/words/words.ts";

interface Played extends State {
  readonly weights: readonly Weight[][];
}

/** Trains as the page does, and returns what a lesson sees, after each of the epochs asked for. */
function played(wall: Wall, data: DataChoice, epochs: readonly number[]): Played[] {
  const { training, validation } = prepare(load(data), data);
  const run = new Training({ wall, training, validation });
  return epochs.map((epoch) => {
    let logs = {};
    while (run.epoch < epoch) {
      expect(run.advance()).toBeNull();
      logs = run.takeEnded().at(-1)?.logs ?? logs;
    }
    const weights = run.network.weights();
    const outputs = forward(wall, weights, training.x, training.rows).map(
      (passed) => passed.outputs,
    );
    return {
      wall,
      weights,
      logs,
      epoch,
      source: data.source,
      trainingRows: training.rows,
      kept: 1,
      detail: "bricks",
      panels: ["train"],
      settled: true,
      dead: deadNeurons(wall, outputs, training.rows),
      weight: meanWeight(weights),
    };
  });
}

const withBricks = (
  lesson: Lesson,
  bricks: readonly Brick[],
  changes: Partial<Wall> = {},
): Wall => ({
  ...lesson.start.wall,
  bricks,
  ...changes,
});

/** What the lesson sees after training its first wall, or another, for so many epochs. */
function trainedFor(
  lesson: Lesson,
  epochs: number,
  wall = lesson.start.wall,
  data = lesson.start.data,
): Played {
  return played(wall, data, [epochs])[0];
}

const out = brick("out", 1, "sigmoid");
const done = (lesson: Lesson, step: number, state: State) => stepMet(lesson.steps[step], state);

describe("signals", () => {
  const untrained: State = {
    wall: signals.start.wall,
    source: "csv",
    trainingRows: 60,
    kept: 0,
    detail: "bricks",
    panels: [],
    settled: true,
    epoch: 0,
    logs: {},
    dead: null,
    weight: null,
  };
  const see = (bricks: readonly Brick[], more: Partial<State> = {}): State => ({
    ...untrained,
    wall: withBricks(signals, bricks),
    ...more,
  });

  it("counts the synapses of one, two and three neurons", () => {
    expect(done(signals, 0, untrained)).toBe(false);
    expect(done(signals, 0, see([brick("a", 1, "relu")]))).toBe(true);
    expect(done(signals, 1, see([brick("a", 2, "relu")]))).toBe(false);
    expect(done(signals, 1, see([brick("a", 2, "relu")], { detail: "synapses" }))).toBe(true);
    expect(done(signals, 1, see([brick("a", 3, "relu")], { detail: "synapses" }))).toBe(false);
    expect(done(signals, 2, see([brick("a", 2, "relu"), brick("b", 1, "relu")]))).toBe(false);
    expect(done(signals, 2, see([brick("a", 2, "relu"), out]))).toBe(true);
  });

  it.each(["relu", "tanh", "sigmoid"])(
    "is learned with %s, and the pot counts least",
    (activation) => {
      const wall = withBricks(signals, [brick("a", 2, activation), out]);
      const state = trainedFor(signals, 50, wall);
      expect(done(signals, 3, state)).toBe(true);
      const kernel = state.weights[0][0].values; // sun, water, pot x 2 neurons
      const strength = [0, 1, 2].map(
        (signal) => Math.abs(kernel[2 * signal]) + Math.abs(kernel[2 * signal + 1]),
      );
      expect(strength[0]).toBeGreaterThan(strength[1]);
      expect(strength[1]).toBeGreaterThan(2 * strength[2]);
    },
  );
});

describe("xor", () => {
  it("is guessed by one neuron, and by linear ones", () => {
    expect(done(xor, 0, trainedFor(xor, 50))).toBe(true);
    const linear = trainedFor(xor, 50, withBricks(xor, [brick("a", 4, "linear"), out]));
    expect(done(xor, 1, linear)).toBe(true);
    expect(done(xor, 2, linear)).toBe(false);
  });

  it.each(["relu", "tanh"])("is known with a hidden layer of %s", (activation) => {
    const state = trainedFor(xor, 50, withBricks(xor, [brick("a", 4, activation), out]));
    expect(done(xor, 2, state)).toBe(true);
    expect(done(xor, 1, state)).toBe(false);
    expect(done(xor, 3, state)).toBe(false); // four are more than three
    expect(
      done(xor, 3, trainedFor(xor, 50, withBricks(xor, [brick("a", 3, activation), out]))),
    ).toBe(true);
  });
});

describe("spiral", () => {
  it("is too much for four neurons, however long they learn", () => {
    for (const state of played(spiral.start.wall, spiral.start.data, [50, 100, 200])) {
      expect(done(spiral, 0, state)).toBe(true);
      expect(done(spiral, 1, state)).toBe(false);
    }
  });

  it.each([12, 16])("is told apart by two bricks of %i", (units) => {
    const bricks = [brick("a", units, "relu"), brick("b", units, "relu"), out];
    const state = trainedFor(spiral, 100, withBricks(spiral, bricks));
    expect(done(spiral, 1, state)).toBe(true);
    expect(done(spiral, 2, state)).toBe(units === 12);
  });
});

describe("overfitting", () => {
  const { wall, data } = overfitting.start;
  const SEEDS = [1, 2, 3]; // of the wall: what works must not hang on the one that the lesson has
  const relu = (id: string, config: Config = {}): Brick => ({
    id,
    kind: "Dense",
    config: { units: 64, activation: "relu", ...config },
  });
  const dropout = (id: string, rate: number): Brick => ({ id, kind: "Dropout", config: { rate } });
  const l2 = (factor: number): Config => ({
    kernel_regularizer: { class_name: "L2", config: { l2: factor } },
  });
  const small = (...units: number[]) => [
    ...units.map((count, i) => brick(`s${i}`, count, "relu")),
    out,
  ];
  const dropped = (rate: number) => [
    relu("a"),
    dropout("d", rate),
    relu("b"),
    dropout("e", rate),
    out,
  ];
  const ended = (seed: number, bricks: readonly Brick[]) =>
    trainedFor(overfitting, wall.epochs, { ...wall, seed, bricks });

  it("learns from as many points as it says", () => {
    expect(prepare(load(data), data).training.rows).toBe(50);
  });

  it.each(SEEDS)("shows in the big wall, which counts as no cure: seed %i", (seed) => {
    const state = ended(seed, wall.bricks);
    expect(done(overfitting, 0, state)).toBe(true);
    const [, ...cures] = overfitting.steps;
    for (const { checks } of cures)
      expect(checks.find(({ kind }) => kind === "gap")).toSatisfy((one) => !met(one, state));
  });

  const cures: [string, number, readonly Brick[]][] = [
    ["4 units", 1, small(4)],
    ["8 units", 1, small(8)],
    ["15 units", 1, small(15)],
    ["4 on 4 units", 1, small(4, 4)],
    ["dropout", 2, dropped(0.5)],
    ["a penalty", 3, [relu("a", l2(0.01)), relu("b", l2(0.01)), out]],
  ];
  it.each(cures)("is cured by %s", (_, step, bricks) => {
    for (const seed of SEEDS) expect(done(overfitting, step, ended(seed, bricks))).toBe(true);
  });

  const failures: [string, number, readonly Brick[]][] = [
    ["dropout as it drops in", 2, dropped(0.2)],
    ["dropout on one brick", 2, [relu("a"), relu("b"), dropout("d", 0.5), out]],
    ["dropout on the output", 2, [relu("a"), relu("b"), out, dropout("d", 0.5)]],
    ["dropout on the output, too", 2, [...dropped(0.5), dropout("f", 0.5)]],
    ["a penalty on one brick", 3, [relu("a"), relu("b", l2(0.01)), out]],
    ["a small penalty", 3, [relu("a", l2(0.001)), relu("b", l2(0.001)), out]],
  ];
  it.each(failures)("is not cured by %s", (_, step, bricks) => {
    expect(done(overfitting, step, ended(1, bricks))).toBe(false);
  });

  it("names a size of the weights that the big wall has, and the penalty makes small", () => {
    expect(ended(1, wall.bricks).weight).toBeCloseTo(0.33, 1);
    expect(ended(1, [relu("a", l2(0.01)), relu("b", l2(0.01)), out]).weight).toBeLessThan(0.03);
  });
});

describe("dead", () => {
  it("shows at a learning rate of 10, and stays", () => {
    const [first, later] = played(dead.start.wall, dead.start.data, [30, 60]);
    expect(done(dead, 0, first)).toBe(true);
    expect(done(dead, 1, later)).toBe(true);
    expect(done(dead, 2, later)).toBe(false);
  });

  it.each([0.3, 0.1])("is cured by a learning rate of %f", (rate) => {
    const optimizer = { kind: "SGD", config: { learning_rate: rate } };
    const wall = { ...dead.start.wall, optimizer };
    const state = trainedFor(dead, rate < 0.3 ? 100 : 50, wall);
    expect(done(dead, 2, state)).toBe(true);
    expect(done(dead, 0, state)).toBe(false);
  });

  it("is cured by leaky_relu", () => {
    const optimizer = { kind: "SGD", config: { learning_rate: 0.3 } };
    const bricks = [brick("a", 8, "leaky_relu"), out];
    expect(done(dead, 3, trainedFor(dead, 50, withBricks(dead, bricks, { optimizer })))).toBe(true);
  });
});

describe("code", () => {
  it("is done with the wall that it describes", () => {
    const bricks = [
      brick("a", 12, "relu"),
      brick("b", 6, "tanh"),
      { id: "d", kind: "Dropout", config: { rate: 0.2 } },
      out,
    ];
    const state = trainedFor(code, 20, withBricks(code, bricks));
    expect([1, 2, 3].every((step) => done(code, step, state))).toBe(true);
    expect(done(code, 0, state)).toBe(false);
    expect(done(code, 0, { ...state, panels: ["code"] })).toBe(true);
    expect([1, 2, 3].some((step) => done(code, step, trainedFor(code, 20)))).toBe(false);
  });
});

describe("weight", () => {
  const { wall, data } = weight.start;
  const full = trainedFor(weight, 50);

  it("is learned from 200 points", () => {
    expect(done(weight, 0, full)).toBe(true);
  });

  it.each([30, 40, 50])("is not learned from half of %i points, but carried over", (samples) => {
    const scarce = { ...data, samples };
    const fresh = trainedFor(weight, 50, wall, scarce);
    expect(done(weight, 1, fresh)).toBe(true);
    expect(done(weight, 0, fresh)).toBe(false);
    const kept = wall.bricks.slice(0, 2).map((old, i) => ({
      ...old,
      weights: full.weights[i],
      fixed: { inputs: i ? 8 : 2, name: "moons" },
      trainable: false,
    }));
    const carried = trainedFor(weight, 50, { ...wall, bricks: [...kept, out] }, scarce);
    expect(done(weight, 2, carried)).toBe(true);
    expect(done(weight, 2, fresh)).toBe(false);
  });
});

describe("checks", () => {
  const state: State = {
    wall: withBricks(xor, [brick("a", 4, "relu"), { id: "d", kind: "Dropout", config: {} }, out]),
    source: "xor",
    trainingRows: 140,
    kept: 2,
    detail: "lines",
    panels: ["code"],
    settled: true,
    epoch: 7,
    logs: { loss: 0.5, accuracy: 0.8, val_loss: 0.75, val_accuracy: 0.7 },
    dead: 2,
    weight: 0.25,
  };
  const cases: [Check, boolean][] = [
    [exactly("bricks", 3), true],
    [exactly("bricks", 1, { brick: "Dropout" }), true],
    [atMost("bricks", 1, { brick: "Dense" }), false],
    [exactly("units", 4), true],
    [exactly("units", 1, { nth: 2 }), true],
    [atLeast("units", 1, { nth: 3 }), false],
    [exactly("synapses", 12), true],
    [check("activation", { activation: "sigmoid" }), true],
    [check("activation", { activation: "sigmoid", nth: 1 }), false],
    [check("penalty"), false],
    [check("hidden", { has: "Dropout" }), true],
    [check("hidden", { has: "penalty" }), false],
    [atLeast("rate", 0.5), true], // Keras's own, where nothing is set
    [atMost("weight", 0.3), true],
    [atLeast("frozen", 1), false],
    [exactly("weight_bricks", 0), true],
    [atLeast("kept", 2), true],
    [atMost("kept", 1), false],
    [check("optimizer", { optimizer: "Adam" }), true],
    [atMost("learning_rate", 0.01), true],
    [atLeast("learning_rate", 0.1), false],
    [check("data", { source: "xor" }), true],
    [atLeast("training_rows", 141), false],
    [atLeast("epochs", 7), true],
    [atLeast("accuracy", 0.75), false],
    [atLeast("accuracy", 0.75, { rows: "training" }), true],
    [atMost("loss", 0.5, { rows: "training" }), true],
    [atLeast("gap", 0.25), true],
    [exactly("dead", 2), true],
    [check("detail", { detail: "lines" }), true],
    [check("panel", { panel: "train" }), false],
  ];
  it.each(cases)("%j: %s", (one, expected) => {
    expect(met(one, state)).toBe(expected);
  });

  it("are said in both languages, with what there is now", () => {
    for (const one of ["en", "ko"] as const) {
      language.value = one;
      for (const [asked] of cases) {
        expect(said(asked)).not.toMatch(/lesson\.|undefined|[{}]/);
        expect(nowSaid(asked, state) ?? "").not.toMatch(/lesson\.|undefined|[{}]/);
      }
    }
    language.value = "en";
    expect(said(exactly("units", 4, { nth: 2 }))).toBe("Units of Dense no. 2 from below: 4");
    expect(said(atLeast("units", 4))).toBe("Units of the lowest Dense: at least 4");
    expect(said(atMost("accuracy", 0.75))).toBe("It stays stuck: right on new rows: at most 75%");
    expect(said(atLeast("accuracy", 0.95))).toBe("Right on new rows: at least 95%");
    expect(nowSaid(atLeast("accuracy", 0.95), state)).toBe("now 70%");
    expect(nowSaid(check("penalty"), state)).toBeNull();
    const wide = { ...state, wall: overfitting.start.wall };
    expect(nowSaid(atMost("synapses", 60), wide)).toBe("now 4,288"); // as the wall says it
  });

  it("are of every kind above", () => {
    expect(new Set(cases.map(([{ kind }]) => kind))).toEqual(new Set(Object.keys(CHECKS)));
  });

  it("judge what a training gave once it stands still", () => {
    const running = { ...state, settled: false };
    expect(met(atLeast("epochs", 7), running)).toBe(false);
    expect(met(exactly("bricks", 3), running)).toBe(true);
    expect(met(atLeast("epochs", 7), state)).toBe(true);
  });

  it("say when nothing but a training is missing", () => {
    const fresh = { ...state, epoch: 0, logs: {} };
    const step = (...checks: Check[]) => ({ text: {}, checks });
    expect(wantsTraining(step(exactly("bricks", 3), atLeast("epochs", 7)), fresh)).toBe(true);
    expect(wantsTraining(step(exactly("bricks", 4), atLeast("epochs", 7)), fresh)).toBe(false);
    expect(wantsTraining(step(exactly("bricks", 3)), fresh)).toBe(false);
    expect(GUIDED.every(trains)).toBe(true);
  });

  it("are not met by what is not known yet", () => {
    const unknown = { ...state, logs: {}, dead: null, weight: null };
    for (const kind of ["accuracy", "loss", "gap", "dead", "weight"])
      expect([atLeast(kind, -1), atMost(kind, 1)].some((one) => met(one, unknown))).toBe(false);
  });

  it("are not met by what a training would give before there was one", () => {
    const untrained = { ...state, epoch: 0, dead: 0, weight: 0 };
    for (const kind of ["dead", "weight"]) expect(met(atMost(kind, 1), untrained)).toBe(false);
  });

  const against: [string, boolean, ...Check[]][] = [
    ["more than at most", true, atLeast("bricks", 5), atMost("bricks", 2)],
    ["up to the same", false, atLeast("bricks", 2), atMost("bricks", 2)],
    ["one of exactly", true, exactly("epochs", 5), atLeast("epochs", 6)],
    ["two of exactly", true, exactly("units", 5), exactly("units", 6)],
    ["of other bricks", false, exactly("units", 5), exactly("units", 6, { nth: 2 })],
    [
      "of other kinds",
      false,
      atLeast("bricks", 5, { brick: "Dense" }),
      atMost("bricks", 2, { brick: "Dropout" }),
    ],
    [
      "more of one kind than of all",
      true,
      atLeast("bricks", 5, { brick: "Dense" }),
      atMost("bricks", 2),
    ],
    [
      "two optimizers",
      true,
      check("optimizer", { optimizer: "SGD" }),
      check("optimizer", { optimizer: "Adam" }),
    ],
    [
      "two activations of one brick",
      true,
      check("activation", { nth: 1, activation: "relu" }),
      check("activation", { nth: 1, activation: "tanh" }),
    ],
    [
      "two activations somewhere",
      false,
      check("activation", { activation: "relu" }),
      check("activation", { activation: "tanh" }),
    ],
    ["two panels", false, check("panel", { panel: "data" }), check("panel", { panel: "train" })],
    ["both on each hidden brick", false, check("hidden"), check("hidden", { has: "penalty" })],
  ];
  it.each(against)("contradict each other: %s, %s", (_, expected, ...checks) => {
    expect(contradiction(checks)).toEqual(expected ? checks : null);
    expect(contradiction(checks.toReversed())).toEqual(expected ? checks.toReversed() : null);
  });

  it("of the guided lessons can be met", () => {
    for (const { checks } of GUIDED.flatMap(({ steps }) => steps))
      expect(contradiction(checks)).toBeNull();
  });

  it("count relu neurons alone, and those alone that are 0 in every row", () => {
    const wall = withBricks(xor, [brick("a", 3, "relu"), brick("b", 1, "sigmoid")]);
    const outputs = [Float32Array.of(0, 1, 0, 0, 2, 5), Float32Array.of(0, 0)];
    expect(deadNeurons(wall, outputs, 2)).toBe(1);
  });
});

describe("a lesson that travels", () => {
  const plain = (lesson: Lesson) => JSON.parse(JSON.stringify(plainLesson(lesson)));
  /** A wall's bricks get new ids when it is read. */
  const withoutIds = ({ start, ...rest }: Lesson) => ({
    ...rest,
    start: {
      ...start,
      wall: { ...start.wall, bricks: start.wall.bricks.map(({ id, ...other }) => other) },
    },
  });

  it.each(GUIDED.map((lesson) => [lesson.id, lesson] as const))(
    "%s arrives as it left",
    (_, lesson) => {
      const found = readLesson(plain(lesson));
      expect("value" in found && withoutIds(found.value)).toEqual(withoutIds(lesson));
      expect("value" in found && found.notes).toEqual([]);
    },
  );

  it.each(GUIDED.map((lesson) => [lesson.id, lesson] as const))(
    "%s goes through a link",
    (id, lesson) => {
      const { wall, data } = lesson.start;
      const { fragment } = toLink({ project: { name: id, wall, data }, lesson: plain(lesson) });
      const link = fromLink(fragment);
      const found = readLesson("value" in link && link.value.lesson);
      expect("value" in found && withoutIds(found.value)).toEqual(withoutIds(lesson));
      expect(fragment.length).toBeLessThan(10_000);
    },
  );

  const good = plain(xor);
  const step = good.steps[0];
  const hostile: [string, unknown][] = [
    ["null", null],
    ["a list", []],
    ["no steps", { ...good, steps: [] }],
    ["too many steps", { ...good, steps: Array(13).fill(step) }],
    ["too long a text", { ...good, steps: [{ ...step, text: { en: "a".repeat(701) } }] }],
    ["no text", { ...good, steps: [{ ...step, text: {} }] }],
    ["a text that is none", { ...good, title: { en: 3 } }],
    ["too many checks", { ...good, steps: [{ ...step, checks: Array(9).fill(step.checks[0]) }] }],
    [
      "an unknown check",
      { ...good, steps: [{ ...step, checks: [{ kind: "magic", config: {} }] }] },
    ],
    [
      "a kind of all objects",
      { ...good, steps: [{ ...step, checks: [{ kind: "constructor", config: {} }] }] },
    ],
    [
      "no number",
      { ...good, steps: [{ ...step, checks: [{ kind: "epochs", config: { value: "20" } }] }] },
    ],
    [
      "a number too large",
      { ...good, steps: [{ ...step, checks: [{ kind: "epochs", config: { value: 1e9 } }] }] },
    ],
    [
      "NaN",
      { ...good, steps: [{ ...step, checks: [{ kind: "gap", config: { value: Number.NaN } }] }] },
    ],
    [
      "another comparison",
      { ...good, steps: [{ ...step, checks: [{ kind: "epochs", config: { is: "about" } }] }] },
    ],
    ["a panel that is none", { ...good, steps: [{ ...step, watch: "cellar" }] }],
    ["a part that is none", { ...good, steps: [{ ...step, part: "body" }] }],
    ["a speed that is none", { ...good, steps: [{ ...step, slow: 3 }] }],
    ["an unknown detail", { ...good, start: { ...good.start, detail: "atoms" } }],
    ["a wall that is none", { ...good, start: { ...good.start, wall: { inputs: -1 } } }],
  ];
  it.each(hostile)("is refused in words: %s", (_, value) => {
    const found = readLesson(value);
    expect("problem" in found && found.problem.length).toBeGreaterThan(20);
  });

  it.each(hostile)("is refused from a project file, too: %s", (_, value) => {
    const { wall, data } = xor.start;
    const text = writeProject({
      project: { name: "xor", wall, data },
      trained: null,
      history: [],
      lesson: "HERE",
    });
    const file = readProject(utf8(text.replace('"HERE"', JSON.stringify(value))));
    if ("problem" in file) throw new Error(file.problem); // the project in it is good
    expect("problem" in readLesson(file.value.lesson)).toBe(true);
  });

  it("says what it leaves out", () => {
    const found = readLesson({ ...good, script: "alert(1)" });
    expect("value" in found && found.notes).toHaveLength(1);
  });
});

describe("the open lesson", () => {
  it("keeps what was reached, and is finished behind its last step", () => {
    openLesson(xor);
    expect(finished.value).toBe(false);
    reach();
    goTo(1);
    expect([...reached.value]).toEqual([0]);
    expect(progress.value.xor).toBe(1);
    goTo(2);
    reach();
    goTo(99);
    expect(lessonStep.value).toBe(xor.steps.length);
    expect(finished.value).toBe(true);
    reach();
    expect([...reached.value]).toEqual([0, 2]);
    goTo(-1);
    expect(lessonStep.value).toBe(0);
  });

  it("begins anew, while the progress stays", () => {
    openLesson(xor);
    expect(reached.value.size).toBe(0);
    reach();
    expect(progress.value.xor).toBe(2);
    closeLesson();
    expect(lesson.value).toBeNull();
    reach();
  });
});

describe("texts of the guided lessons", () => {
  it("name a setting that a brick of the palette has not by itself", () => {
    const [, linear] = xor.steps;
    expect(fresh("Dense").config.activation).not.toBe("linear");
    for (const text of Object.values(linear.text)) expect(text).toMatch(/set its|바꾸/);
    expect(fresh("Dropout").config.rate).not.toBe(0.5);
    for (const text of Object.values(overfitting.steps[2].text)) expect(text).toContain("0.5");
  });

  const texts = GUIDED.flatMap((lesson) => [
    lesson.title,
    ...lesson.steps.flatMap(({ text, hint }) => (hint ? [text, hint] : [text])),
  ]);

  it("are there in both languages, with the same code in them", () => {
    for (const text of texts) {
      expect(text.ko).toMatch(/[가-힣]/);
      const codes = (one: string | undefined) =>
        pieces(one ?? "")
          .filter(({ kind }) => kind === "code")
          .map((piece) => piece.text)
          .sort();
      expect(codes(text.ko)).toEqual(codes(text.en));
    }
  });

  it("come in three to six steps", () => {
    for (const { id, steps } of GUIDED) {
      expect(steps.length, id).toBeGreaterThanOrEqual(3);
      expect(steps.length, id).toBeLessThanOrEqual(6);
    }
  });

  it("are in the language that is there", () => {
    expect(inLanguage({ en: "a" }, "ko")).toBe("a");
    expect(inLanguage({ en: "a", ko: "b" }, "ko")).toBe("b");
    expect(pieces("a `b` **c**")).toEqual([
      { kind: "plain", text: "a " },
      { kind: "code", text: "b" },
      { kind: "plain", text: " " },
      { kind: "strong", text: "c" },
    ]);
  });
});
