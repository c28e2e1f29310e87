/** Bricks that come of code keep the ids, and so the weights, of those that they were before. */
import { BRICKS, complete } from "../wall/catalogue.ts";
import { type Brick, newId } from "../wall/wall.ts";
import type { Course } from "./layers.ts";

/**
 * Returns the bricks of the code. What is the same at the bottom and at the top is what it was; in
 * between, bricks of a kind follow one another. Where `before` has none, `now` may: it is the wall
 * that the code has made of it so far.
 */
export function keep(
  courses: readonly Course[],
  before: readonly Brick[],
  now: readonly Brick[],
): Brick[] {
  const most = Math.min(courses.length, before.length);
  let bottom = 0;
  while (bottom < most && same(courses[bottom], before[bottom])) bottom += 1;
  let top = 0;
  while (top < most - bottom && same(courses.at(-1 - top) as Course, before.at(-1 - top) as Brick))
    top += 1;
  const old = before.slice(bottom, before.length - top);
  const added = now.filter(({ id }) => !before.some((brick) => brick.id === id));
  const between = courses.slice(bottom, courses.length - top).map((course) => {
    const brick = next(old, course) ?? next(added, course);
    return brick ? changed(brick, course) : brickOf(course);
  });
  return [...before.slice(0, bottom), ...between, ...before.slice(before.length - top)];
}

/** Takes the next brick that can become what the code says, and those below it. */
function next(bricks: Brick[], course: Course): Brick | undefined {
  const at = bricks.findIndex((brick) => becomes(brick, course));
  return at < 0 ? undefined : bricks.splice(0, at + 1)[at];
}

const settings = ({ kind, config }: Course | Brick) =>
  JSON.stringify(complete(BRICKS[kind].fields, config));

function same(course: Course, brick: Brick): boolean {
  return (
    course.kind === brick.kind &&
    course.trainable === (brick.trainable ?? true) &&
    settings(course) === settings(brick)
  );
}

/** Whether a brick can become what the code says: a weight brick has its number of studs for good. */
function becomes(brick: Brick, course: Course): boolean {
  if (brick.kind !== course.kind) return false;
  if (!brick.fixed || brick.kind !== "Dense") return true;
  return ["units", "use_bias"].every(
    (name) => (brick.config[name] ?? true) === (course.config[name] ?? true),
  );
}

function brickOf({ kind, config, trainable }: Course): Brick {
  return { id: newId(), kind, config, ...(trainable ? {} : { trainable }) };
}

function changed(brick: Brick, { config, trainable }: Course): Brick {
  if (trainable !== (brick.trainable ?? true)) return { ...brick, config, trainable };
  return { ...brick, config };
}
