/** The training that goes with the project, with an engine that says what a test lets it say. */
import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Engine, Request, Snapshot } from "../src/engine/protocol.ts";
import {
  automatic,
  editWall,
  firstProject,
  history,
  LESSON,
  prepared,
  project,
  snapshot,
  status,
  trainedBefore,
  undo,
  until,
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

const ended = (epochs: number) =>
  Array.from({ length: epochs }, (_, epoch) => ({ epoch, logs: { loss: 1 / (epoch + 1) } }));

/** A wall as a file of it has it: each time with arrays of its own. */
function ofFile(): Wall {
  const bricks = LESSON().map((brick) => ({
    ...brick,
    id: brick.config.units === 8 ? "a" : `b${brick.config.units}`,
    weights: [{ name: "bias", shape: [1], values: Float32Array.of(0.5) }],
  }));
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
  session.showHistory(wall, ended(50));
  project.value = { ...firstProject(), wall };
  await vi.waitFor(() => expect(prepared.value).not.toBeNull());
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
  session.showHistory(again, ended(50));
  project.value = { ...project.value, wall: again };
  expect(history.value).toHaveLength(50);
  expect(snapshot.value).toBeNull();
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
  const weights = LESSON().map((_, i) => [
    { name: "kernel", shape: [1, 1], values: Float32Array.of(i) },
  ]);
  says(30, ended(30));
  snapshot.value = { ...(snapshot.value as Snapshot), weights };
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
    weights,
  );
  expect(run).toMatchObject({ until: 20 }); // of 50
  expect(history.value).toHaveLength(30);
  expect(trainedBefore.value).toBe(30);
  session.lend(engine);
  expect(asked.at(-2)?.type).toBe("open");
});

test("weights that a brick has outgrown are left behind; those of others stay", async () => {
  const weights = (inputs: number, units: number) => [
    { name: "kernel", shape: [inputs, units], values: new Float32Array(inputs * units) },
    { name: "bias", shape: [units], values: new Float32Array(units) },
  ];
  const [a, b, c] = LESSON();
  const bricks = [
    { ...a, weights: weights(7, 8) },
    { ...b, weights: weights(8, 6) },
    { ...c, weights: weights(6, 1) },
  ];
  await opened({ ...firstProject().wall, bricks });
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
  const stop = answers.subscribe(() => {});
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
  stop();
  vi.useRealTimers();
});
