/** The keys of the wall's levels. */
import { beforeEach, expect, test } from "vitest";
import { onLevelKey, onWallKey } from "../src/panels/wall/keys.ts";
import { level } from "../src/state/store.ts";

let now = 0;
const press = (
  key: string,
  after: number,
  more: Partial<KeyboardEvent> = {},
  on: typeof onLevelKey = onLevelKey,
) => {
  now += after;
  return on({ key, timeStamp: now, ...more } as KeyboardEvent);
};

beforeEach(() => {
  now += 10_000;
  level.value = "bricks";
});

test("1, 2 and 3 are the levels", () => {
  expect([press("2", 0), level.value]).toEqual([true, "lines"]);
  expect([press("3", 700), level.value]).toEqual([true, "synapses"]);
  expect([press("4", 700), level.value]).toEqual([false, "synapses"]);
  expect([press("1", 700, { ctrlKey: true }), level.value]).toEqual([false, "synapses"]);
  expect([press("a", 700), level.value]).toEqual([false, "synapses"]);
  press("3", 700);
  press("3", 30, { repeat: true });
  expect(level.value).toBe("synapses");
});

test("a number that is typed where no field is leaves the level as it was", () => {
  for (const number of ["128", "24", "300", "1.2"]) {
    level.value = "synapses";
    for (const [nth, key] of [...number].entries()) press(key, nth ? 120 : 5000);
    expect(level.value).toBe("synapses");
  }
});

test.each([
  ["anywhere", onLevelKey, "a"],
  ["on the wall", onWallKey, "ArrowRight"],
] as const)("another key ends a number: %s", (_, on, key) => {
  level.value = "lines";
  press("3", 0, {}, on);
  press(key, 30, {}, on);
  press("1", 30, {}, on);
  expect(level.value).toBe("bricks");
});
