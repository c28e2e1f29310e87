/** The training that goes with the project, with an engine that says what a test lets it say. */
import { afterEach, beforeAll, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import type { Engine, Request, Snapshot } from "../src/engine/protocol.ts";
import {
  automatic,
  beganTrained,
  editWall,
  firstProject,
  history,
  isTrained,
  LESSON,
  prepared,
  project,
  snapshot,
  status,
  trainedBefore,
  undo,
  until,
  validatedElsewhere,
} from "../src/state/store.ts";
import { configure } from "../src/wall/edits.ts";
import { dense, type Wall } from "../src/wall/wall.ts";

const asked: Request[] = [];
const engine: Engine = { send: (request) => asked.push(request), onEvent: () => {}, close() {} };
let session: typeof import("../src/state/session.ts");

beforeAll(async () => {
  vi.stubGlobal("Worker", class {}); // of the page's own engine, which is not asked
  session = await import("../src/state/session.ts");
  automatic.value = false;
  session.begin(engine);
});
beforeEach(() => {
  asked.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

const ended = (epochs: number) =>
  Array.from({ length: epochs }, (_, epoch) => ({ epoch, logs: { loss: 1 / (epoch + 1) } }));

const weights = (inputs: number, units: number) => [
  { name: "kernel", shape: [inputs, units], values: new Float32Array(inputs * units) },
  { name: "bias", shape: [units], values: new Float32Array(units) },
];

/** A wall as a file of it has it: each time with arrays of its own. */
function ofFile(): Wall {
  const [a, b, c] = LESSON();
  const bricks = [
    { ...a, id: "a", weights: weights(7, 8) },
    { ...b, id: "b", weights: weights(8, 6) },
    { ...c, id: "c", weights: weights(6, 1) },
  ];
  return { ...firstProject().wall, bricks };
}

const says = (epoch: number, since: Snapshot["ended"]) =>
  engine.onEvent({
    type: "snapshot",
    snapshot: {
      step: 40 * epoch,
      epoch,
      batch: 0,
      logs: since.at(-1)?.logs ?? {},
      weights: [],
      ended: since,
      stepsPerSecond: 0,
    },
  });

async function opened(wall: Wall): Promise<void> {
  const one = { ...firstProject(), wall };
  const before = prepared.value;
  session.showHistory(one, ended(50));
  project.value = one;
  await vi.waitFor(() => {
    expect(prepared.value).not.toBeNull();
    expect(prepared.value).not.toBe(before);
  });
}

test("a file's history is shown, and counted on from", async () => {
  await opened(ofFile());
  says(0, []);
  expect(history.value).toHaveLength(50);
  expect(trainedBefore.value).toBe(50);
  session.play();
  expect(until.value).toBe(50); // as many again
  says(1, [{ epoch: 0, logs: { loss: 0.01 } }]);
  expect(history.value.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 51 }, (_, i) => i));
});

test("an edit that keeps the weights begins with them again; one that does not, at 0", async () => {
  const wall = ofFile();
  await opened(wall);
  says(1, [{ epoch: 0, logs: { loss: 0.01 } }]);
  project.value = { ...project.value, wall: { ...wall, batchSize: 7 } };
  expect(history.value).toHaveLength(50);
  const bricks = wall.bricks.map((brick) => ({ ...brick, weights: undefined }));
  project.value = { ...project.value, wall: { ...wall, bricks } };
  expect(history.value).toEqual([]);
  expect(trainedBefore.value).toBe(0);
});

test("a wall that comes twice is as it came, although it was trained on meanwhile", async () => {
  await opened(ofFile());
  says(1, [{ epoch: 0, logs: { loss: 0.01 } }]);
  const again = ofFile();
  const other = { ...project.value, wall: again };
  session.showHistory(other, ended(50));
  project.value = other;
  expect(history.value).toHaveLength(50);
  expect(snapshot.value).toBeNull();
});

test("weights that came along count as trained, until one begins anew", async () => {
  const wall = ofFile();
  await opened(wall);
  expect(isTrained.value).toBe(false); // nothing has them yet
  says(0, []);
  expect(isTrained.value).toBe(true);
  session.reset();
  says(0, []);
  expect([isTrained.value, history.value, trainedBefore.value]).toEqual([false, [], 0]);
  const job = asked.findLast((request) => request.type === "open");
  expect(job?.type === "open" && job.job.wall.bricks.map(({ weights }) => weights)).toEqual(
    wall.bricks.map(() => undefined),
  );
  says(1, [{ epoch: 0, logs: { loss: 0.5 } }]);
  expect(isTrained.value).toBe(true);
  undo();
  says(0, []);
  expect([isTrained.value, history.value.length]).toEqual([true, 50]);
});

test("begin anew leaves frozen bricks and weight bricks as they are", async () => {
  const [a, b, c] = ofFile().bricks;
  const fixed = { inputs: 8, name: "b" };
  const bricks = [{ ...a, trainable: false }, { ...b, fixed }, c];
  await opened({ ...firstProject().wall, bricks });
  session.reset();
  expect(project.value.wall.bricks.map(({ weights }) => weights !== undefined)).toEqual([
    true,
    true,
    false,
  ]);
  expect(beganTrained.value).toBe(false); // the top is new
});

test("a training that was broken begins again with the weights that came along", async () => {
  await opened(ofFile());
  says(1, [{ epoch: 0, logs: { loss: 0.5 } }]);
  engine.onEvent({ type: "stopped", reason: "not finite", detail: "loss" });
  session.play();
  expect(project.value.wall.bricks.every(({ weights }) => weights)).toBe(true);
  expect([history.value.length, status.value]).toEqual([50, "running"]);
});

test("a validation of rows that are not known here is known as such", async () => {
  const epochs = [{ epoch: 0, logs: { loss: 0.5, val_loss: 0.6 } }];
  const came = async (validation: number) => {
    const first = firstProject();
    const one = { ...first, wall: ofFile(), data: { ...first.data, validation } };
    session.showHistory(one, epochs);
    project.value = one;
    await vi.waitFor(() => expect(prepared.value?.validation === null).toBe(validation === 0));
  };
  await came(0.2); // a file of the page: the same rows are held out again
  expect(validatedElsewhere.value).toBe(false);
  await came(0); // a file of Python
  expect([history.value.length, validatedElsewhere.value]).toEqual([1, true]);
  const { judged } = await import("../src/state/live.ts");
  const { baseline } = await import("../src/state/verdict.ts");
  expect([judged.value?.set, baseline.value]).toEqual(["given", null]);
  project.value = { ...project.value, data: { ...project.value.data, validation: 0.3 } };
  await vi.waitFor(() => expect(prepared.value?.validation).not.toBeNull());
  expect(validatedElsewhere.value).toBe(true); // the wall has learned from some of them
  session.reset();
  expect([history.value, validatedElsewhere.value]).toEqual([[], false]);
  expect([judged.value?.set, baseline.value === null]).toEqual(["validation", false]);
});

test("another number of epochs counts at once", async () => {
  await opened({ ...firstProject().wall, bricks: LESSON() });
  session.play();
  says(10, ended(10));
  project.value = { ...project.value, wall: { ...project.value.wall, epochs: 200 } };
  expect(until.value).toBe(200);
  expect(asked.at(-1)).toMatchObject({ type: "run", until: 200 });
  project.value = { ...project.value, wall: { ...project.value.wall, epochs: 3 } };
  expect(asked.at(-1)).toMatchObject({ type: "run", until: 10 }); // those are done
});

test("an engine that is lent goes on where the other one was, and back", async () => {
  await opened({ ...firstProject().wall, bricks: LESSON(), seed: 5 });
  session.play();
  const reached = LESSON().map((_, i) => [
    { name: "kernel", shape: [1, 1], values: Float32Array.of(i) },
  ]);
  says(30, ended(30));
  snapshot.value = { ...(snapshot.value as Snapshot), weights: reached };
  const requests: Request[] = [];
  const other: Engine = {
    send: (request) => requests.push(request),
    onEvent: () => {},
    close() {},
  };
  session.lend(other);
  expect(asked.at(-1)?.type).toBe("close");
  expect(requests.map(({ type }) => type)).toEqual(["open", "run"]);
  const [open, run] = requests;
  expect(open.type === "open" && open.job.wall.bricks.map((brick) => brick.weights)).toEqual(
    reached,
  );
  expect(run).toMatchObject({ until: 20 }); // of 50
  expect(history.value).toHaveLength(30);
  expect(trainedBefore.value).toBe(30);
  expect([snapshot.value?.step, isTrained.value]).toEqual([0, true]);
  session.lend(engine);
  expect(asked.at(-2)?.type).toBe("open");
});

test("a training that was over stays so on another engine", async () => {
  await opened({ ...firstProject().wall, bricks: LESSON(), seed: 6 });
  session.play();
  says(50, ended(50));
  engine.onEvent({ type: "stopped", reason: "done" });
  const other: Engine = { send: () => {}, onEvent: () => {}, close() {} };
  session.lend(other);
  expect([status.value, trainedBefore.value]).toEqual(["done", 50]);
  session.lend(engine);
  expect(status.value).toBe("done");
  session.play();
  expect(until.value).toBe(50); // as many again
  says(50, ended(50)); // its last snapshot has come, and not yet that it has stopped
  session.lend(other);
  expect(status.value).toBe("done");
  session.lend(engine);
});

test("weights that a brick has outgrown are left behind; those of others stay", async () => {
  await opened(ofFile());
  const [a, , c] = project.value.wall.bricks;
  editWall(configure(project.value.wall, c.id, { use_bias: false }));
  expect(project.value.wall.bricks.map((brick) => brick.weights !== undefined)).toEqual([
    true,
    true,
    false,
  ]);
  editWall(configure(project.value.wall, a.id, { units: 9 }));
  expect(project.value.wall.bricks.map((brick) => brick.weights !== undefined)).toEqual([
    false,
    false,
    false,
  ]);
  undo();
  expect(project.value.wall.bricks[0].weights).toBeDefined();
});

test("the answers of rows cost the training little, and are its last when it ends", async () => {
  const { answers } = await import("../src/state/live.ts");
  await opened(ofFile());
  const predictions = () => asked.filter(({ type }) => type === "predict");
  const answer = () =>
    predictions().forEach((request) => {
      if (request.type !== "predict") return;
      engine.onEvent({
        type: "predicted",
        id: request.id,
        outputs: [new Float32Array(request.rows)],
      });
    });
  vi.useFakeTimers();
  const large = [dense(1500, "relu"), dense(1500, "relu"), dense(1, "sigmoid")]; // seconds of rest
  project.value = { ...project.value, wall: { ...project.value.wall, bricks: large } };
  await vi.advanceTimersByTimeAsync(0);
  session.play();
  onTestFinished(answers.subscribe(() => {}));
  says(1, []);
  answer();
  await vi.advanceTimersByTimeAsync(500);
  const before = predictions().length;
  for (let epoch = 2; epoch < 30; epoch++) says(epoch, []);
  await vi.advanceTimersByTimeAsync(500);
  expect(predictions().length).toBe(before);
  expect(status.value).toBe("running");
  engine.onEvent({ type: "stopped", reason: "paused" });
  await vi.advanceTimersByTimeAsync(0);
  expect(predictions().length).toBe(before + 1);
});

test("a training that has ended trains anew for the epochs at which it was best", async () => {
  await opened({ ...ofFile(), bricks: LESSON() });
  session.play();
  says(50, ended(50));
  engine.onEvent({ type: "stopped", reason: "done" });
  asked.length = 0;
  editWall({ ...project.value.wall, epochs: 14 });
  expect([history.value.length, asked.length]).toEqual([50, 0]); // fewer epochs alone change nothing
  automatic.value = true;
  session.retrain();
  automatic.value = false;
  expect(history.value).toEqual([]);
  expect(asked.map(({ type }) => type)).toEqual(["open", "run"]);
  expect(until.value).toBe(14);
});
