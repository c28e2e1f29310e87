/** The drawing board: points put by pointer or by keys. */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import {
  add,
  type Drawing,
  drawingOf,
  erase,
  isDrawn,
  MOST_DOTS,
  tableOf,
} from "../../data/drawn.ts";
import { CLASS_NAMES } from "../../data/synthetic.ts";
import { fits, prepared } from "../../state/store.ts";
import { t } from "../../words/words.ts";
import { CLASSES } from "../train/colours.ts";
import { Answered, isOfBoard } from "./answered.tsx";
import { change, choice } from "./choose.ts";
import { Dots } from "./dots.tsx";

const HALF = 140; // half the view box; the axes go from -1 to 1 within a margin
const SPAN = 130;
const APART = 0.07; // between points of one stroke
const RUBBER = 0.09; // its radius
const STEP = { coarse: 0.1, fine: 0.02 };

/** A class, or the eraser. */
const pen = signal<number | "eraser">(0);
const cross = signal({ x: 0, y: 0, shown: false });
/** What is on the board that is not shown: of classes while one draws a curve, and back. */
const other = new Map<boolean, Drawing>();
let stroke = 0;

const drawing = (): Drawing =>
  choice.value.table && isDrawn(choice.value.table)
    ? drawingOf(choice.value.table)
    : { curve: false, dots: [] };

function put(next: Drawing): void {
  change({ table: tableOf(next), target: undefined, task: undefined }, `stroke ${stroke}`);
}

function touch(x: number, y: number): void {
  const now = drawing();
  const next =
    pen.value === "eraser"
      ? erase(now, x, y, RUBBER)
      : add(now, { x, y, label: now.curve ? 0 : pen.value });
  if (next !== now) put(next);
}

function turn(curve: boolean): void {
  const now = drawing();
  if (now.curve === curve) return;
  other.set(now.curve, now);
  pen.value = 0;
  stroke += 1;
  put(other.get(curve) ?? { curve, dots: [] });
}

function Pen({
  value,
  label,
  colour,
}: {
  value: number | "eraser";
  label: string;
  colour?: string;
}) {
  return (
    <button
      type="button"
      class="button"
      aria-pressed={pen.value === value}
      onClick={() => {
        pen.value = value;
      }}
    >
      {colour && <i class="data-swatch" style={{ background: colour }} />}
      {label}
    </button>
  );
}

function Tools({ now }: { now: Drawing }) {
  return (
    <div class="data-tools">
      <fieldset>
        <legend class="visually-hidden">{t("data.draw.what")}</legend>
        {[false, true].map((curve) => (
          <button
            key={String(curve)}
            type="button"
            class="button"
            aria-pressed={now.curve === curve}
            onClick={() => turn(curve)}
          >
            {t(curve ? "data.draw.curve" : "data.draw.classes")}
          </button>
        ))}
      </fieldset>
      <fieldset>
        <legend class="visually-hidden">{t("data.draw.pen")}</legend>
        {now.curve ? (
          <Pen value={0} label={t("data.draw.pen.curve")} colour={CLASSES[1]} />
        ) : (
          CLASS_NAMES.map((name, label) => (
            <Pen key={name} value={label} label={name} colour={CLASSES[label]} />
          ))
        )}
        <Pen value="eraser" label={t("data.draw.eraser")} />
        <button
          type="button"
          class="button quiet"
          disabled={now.dots.length === 0}
          onClick={() => {
            stroke += 1;
            put({ ...now, dots: [] });
          }}
        >
          {t("data.draw.clear")}
        </button>
      </fieldset>
    </div>
  );
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

function onKeyDown(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { x, y } = cross.value;
  const arrow = ARROWS[event.key];
  const label = Number(event.key) - 1;
  if (arrow) {
    const step = event.shiftKey ? STEP.fine : STEP.coarse;
    const moved = (value: number, by: number) =>
      Math.min(1, Math.max(-1, Math.round((value + by * step) * 100) / 100));
    cross.value = { x: moved(x, arrow[0]), y: moved(y, arrow[1]), shown: true };
  } else if (event.key === " " || event.key === "Enter") {
    stroke += 1;
    touch(x, y);
  } else if (event.key === "Delete" || event.key === "Backspace") {
    stroke += 1;
    put(erase(drawing(), x, y, RUBBER));
  } else if (label in CLASS_NAMES && !drawing().curve) pen.value = label;
  else return;
  event.preventDefault();
}

export function Board() {
  const last = useRef<{ x: number; y: number } | null>(null);
  const board = useRef<SVGSVGElement>(null);
  const now = drawing();
  const data = prepared.value;
  const { x, y, shown } = cross.value;
  // It is what the data was chosen for, and is below all that can be chosen.
  useEffect(() => board.current?.scrollIntoView({ block: "nearest" }), []);

  const at = (event: PointerEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const across = ((event.clientX - box.left) / box.width) * 2 - 1;
    const down = ((event.clientY - box.top) / box.height) * 2 - 1;
    return { x: (across * HALF) / SPAN, y: (-down * HALF) / SPAN };
  };
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    stroke += 1;
    last.current = at(event);
    cross.value = { ...cross.value, shown: false };
    touch(last.current.x, last.current.y);
  };
  const onPointerMove = (event: PointerEvent) => {
    if (!last.current) return;
    const point = at(event);
    if (Math.hypot(point.x - last.current.x, point.y - last.current.y) < APART) return;
    last.current = point;
    touch(point.x, point.y);
  };
  const onPointerUp = () => {
    last.current = null;
  };

  const points = now.dots.map((dot) => ({
    x: SPAN * dot.x,
    y: -SPAN * dot.y,
    colour: CLASSES[now.curve ? 1 : dot.label],
  }));
  return (
    <section class="data-part">
      <Tools now={now} />
      <div class="data-board-place">
        {data && fits.value && isOfBoard(data) && (
          <Answered key={data.inputs.length} data={data} reach={HALF / SPAN} />
        )}
        <svg
          ref={board}
          class="data-board"
          viewBox={`${-HALF} ${-HALF} ${2 * HALF} ${2 * HALF}`}
          role="application"
          aria-label={t("data.draw.board")}
          aria-describedby="data-keys"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: an application hears keys
          tabIndex={0}
          onKeyDown={onKeyDown}
          onFocus={(event) => {
            if (event.currentTarget.matches(":focus-visible"))
              cross.value = { ...cross.value, shown: true };
          }}
          onBlur={() => {
            cross.value = { ...cross.value, shown: false };
          }}
          onPointerDown={onPointerDown}
          onPointerMove={onPointerMove}
          onPointerUp={onPointerUp}
          onPointerCancel={onPointerUp}
        >
          <path class="data-axes" d={`M${-SPAN} 0H${SPAN}M0 ${-SPAN}V${SPAN}`} />
          <Dots points={points.map((point) => ({ ...point, colour: "var(--card)" }))} size={11} />
          <Dots points={points} size={8} />
          {shown && <path class="data-cross" d={`M${SPAN * x - 9} ${-SPAN * y}h18m-9 -9v18`} />}
        </svg>
      </div>
      <p class="hint" id="data-keys">
        {now.dots.length >= MOST_DOTS
          ? t("data.draw.full", { most: MOST_DOTS })
          : t("data.draw.keys")}
      </p>
      <p class="visually-hidden" aria-live="polite">
        {shown && t("data.draw.said", { points: now.dots.length, x, y })}
      </p>
    </section>
  );
}
