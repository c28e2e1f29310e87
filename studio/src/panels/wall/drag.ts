/**
 * Dragging bricks by mouse, finger or pen. A press becomes a drag once it moves some pixels; before
 * that it is a click. A picture of the brick follows the pointer; the wall shows where it would land.
 */
import { batch } from "@preact/signals";
import { chosen, project } from "../../state/store.ts";
import type { Brick } from "../../wall/wall.ts";
import { t } from "../../words/words.ts";
import { add, moveTo, placeOf, removeBrick } from "./actions.ts";
import { type Drag, drag, said, settingsOpen } from "./state.ts";

const THRESHOLD = 5; // px
const EDGE = 56; // px from the edge of the stage where it scrolls
const FASTEST = 14; // px a frame

/** Where bricks can be dropped. The stage tells while it is on the page. */
export interface Target {
  readonly element: HTMLElement; // that scrolls
  /** Returns where bricks dropped at a point would land. */
  at(clientX: number, clientY: number): number | null;
}

let target: Target | null = null;

export function register(one: Target): () => void {
  target = one;
  return () => {
    if (target === one) target = null;
  };
}

interface Press {
  readonly bricks: () => readonly Brick[];
  readonly from: string | null;
  /** Returns the picture that follows the pointer. */
  readonly ghost: () => HTMLElement;
  /** The way in which a finger scrolls there: along it nothing is dragged. */
  readonly scrolls?: "x" | "y" | undefined;
}

/** Begins a press that may become a drag. */
export function press(event: PointerEvent, { bricks, from, ghost, scrolls }: Press): void {
  if (event.button !== 0 || !event.isPrimary || drag.value) return;
  const start = { x: event.clientX, y: event.clientY };
  const { pointerId } = event;
  let picture: HTMLElement | null = null;
  let last = start;
  let frame = 0;
  const scrollAtEdge = edgeScroller();

  const follow = () => {
    if (!picture || !target) return;
    picture.style.transform = `translate(${last.x}px, ${last.y}px)`;
    scrollAtEdge(target.element, last.x, last.y);
    const now = whereIs(last.x, last.y);
    const before = drag.value as Drag;
    if (now.at !== before.at || now.overBin !== before.overBin) drag.value = { ...before, ...now };
    frame = requestAnimationFrame(follow);
  };

  const onMove = (moved: PointerEvent) => {
    if (moved.pointerId !== pointerId) return;
    last = { x: moved.clientX, y: moved.clientY };
    const [across, along] = [Math.abs(last.x - start.x), Math.abs(last.y - start.y)];
    if (picture || Math.hypot(across, along) < THRESHOLD) return;
    if (scrolls && scrolls === (across >= along ? "x" : "y")) {
      end(false);
      return;
    }
    batch(() => {
      settingsOpen.value = false;
      drag.value = { bricks: bricks(), from, at: null, overBin: false };
    });
    picture = ghost();
    picture.classList.add("wall-ghost");
    document.body.append(picture);
    document.body.classList.add("wall-dragging");
    document.body.setPointerCapture(pointerId);
    follow();
  };

  const end = (drop: boolean) => {
    for (const [name, listener] of listeners) window.removeEventListener(name, listener, true);
    cancelAnimationFrame(frame);
    picture?.remove();
    document.body.classList.remove("wall-dragging");
    if (!picture || !drag.value) return;
    const now = { ...drag.value, ...whereIs(last.x, last.y) };
    // The click that follows the end of a drag is none.
    window.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => window.removeEventListener("click", swallow, true));
    batch(() => {
      drag.value = null;
      if (drop) dropped(now);
      else said.value = t("wall.said.cancelled");
    });
  };

  const swallow = (click: Event) => {
    click.stopPropagation();
    click.preventDefault();
  };

  const listeners: readonly (readonly [string, EventListener])[] = [
    ["pointermove", (e) => onMove(e as PointerEvent)],
    ["pointerup", (e) => (e as PointerEvent).pointerId === pointerId && end(true)],
    ["pointercancel", (e) => (e as PointerEvent).pointerId === pointerId && end(false)],
    [
      "keydown",
      (e) => {
        if ((e as KeyboardEvent).key !== "Escape" || !picture) return;
        e.stopPropagation();
        end(false);
      },
    ],
  ];
  for (const [name, listener] of listeners) window.addEventListener(name, listener, true);
}

function whereIs(x: number, y: number): Pick<Drag, "at" | "overBin"> {
  const bins = [...document.querySelectorAll("[data-bin]")];
  const overBin = bins.some((bin) => isWithin(bin.getBoundingClientRect(), x, y));
  return { overBin, at: overBin ? null : (target?.at(x, y) ?? null) };
}

const isWithin = ({ left, right, top, bottom }: DOMRect, x: number, y: number) =>
  x >= left && x <= right && y >= top && y <= bottom;

/**
 * Returns what scrolls the stage while the pointer is at its upper or lower edge, once the pointer has
 * been in between: where a brick is picked up, or comes in, the wall stays.
 */
function edgeScroller(): (element: HTMLElement, x: number, y: number) => void {
  let wasInside = false;
  return (element, x, y) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const into = y < top + EDGE ? y - top - EDGE : y > bottom - EDGE ? y - bottom + EDGE : 0;
    if (x < left || x > right || y < top - EDGE || y > bottom + EDGE) return;
    if (!into) wasInside = true;
    else if (wasInside)
      element.scrollTop += Math.max(-FASTEST, Math.min(FASTEST, (into / EDGE) * FASTEST));
  };
}

function dropped({ bricks, from, at, overBin }: Drag): void {
  if (from !== null && overBin) removeBrick(from);
  else if (at === null) said.value = t("wall.said.cancelled");
  else if (from === null) add(bricks, at);
  else if (placeOf(from)?.index !== at) moveTo(from, at);
  else chosen.value = from;
}

/** Returns the bricks that stay where they are while some are dragged. */
export function resting(now: Drag | null): readonly Brick[] {
  const { bricks } = project.value.wall;
  return now?.from ? bricks.filter((brick) => brick.id !== now.from) : bricks;
}
