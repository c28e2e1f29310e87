/** The wall: bricks to look at and to build with, at three levels of detail. */
import { useEffect, useRef } from "preact/hooks";
import { refusalOf } from "../drawing/choice.ts";
import { layersOf } from "../drawing/network.ts";
import { chosen, level, stack } from "../state/store.ts";
import { t } from "../words/words.ts";
import { DataFault } from "./data/fault.tsx";
import { useFocusKept } from "./focus.ts";
import { choiceOf } from "./wall/choices.tsx";
import { LEVELS, onLevelKey, setLevel, zoom } from "./wall/keys.ts";
import { Stage } from "./wall/stage.tsx";
import { said } from "./wall/state.ts";
import "./wall.css";

const WHEEL = 60; // of deltaY, for one level
const PINCH = 1.35; // of the distance of two fingers, for one level
const REST = 350; // ms between two levels

/** Ctrl and the wheel, a pinch, and the keys 1, 2 and 3 go through the levels. */
function useZoom(element: { readonly current: HTMLElement | null }): void {
  useEffect(() => {
    const panel = element.current as HTMLElement;
    let turned = 0;
    let last = 0;
    let apart = 0;
    const step = (finer: boolean) => {
      if (performance.now() - last < REST) return;
      last = performance.now();
      zoom(finer);
    };
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      turned = Math.sign(turned) === Math.sign(event.deltaY) ? turned + event.deltaY : event.deltaY;
      if (Math.abs(turned) < WHEEL) return;
      step(turned < 0);
      turned = 0;
    };
    const distance = ({ touches: [a, b] }: TouchEvent) =>
      Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
    const onTouch = (event: TouchEvent) => {
      if (event.touches.length !== 2) apart = 0;
      else if (!apart) apart = distance(event);
      else {
        event.preventDefault();
        const ratio = distance(event) / apart;
        if (ratio < PINCH && ratio > 1 / PINCH) return;
        step(ratio > 1);
        apart = distance(event);
      }
    };
    const onKey = (event: KeyboardEvent) => {
      const writing =
        event.target instanceof Element &&
        event.target.closest("input, select, textarea, [contenteditable], .cm-editor");
      if (!writing && !event.defaultPrevented) onLevelKey(event);
    };
    panel.addEventListener("wheel", onWheel, { passive: false });
    panel.addEventListener("touchmove", onTouch, { passive: false });
    document.addEventListener("keydown", onKey);
    return () => {
      panel.removeEventListener("wheel", onWheel);
      panel.removeEventListener("touchmove", onTouch);
      document.removeEventListener("keydown", onKey);
    };
  }, [element]);
}

function Levels() {
  const layers = layersOf(stack.value, null);
  const refused = refusalOf(layers, level.value);
  return (
    <div class="wall-bar">
      <fieldset class="wall-levels">
        <legend class="visually-hidden">{t("wall.levels")}</legend>
        {LEVELS.map((one, k) => (
          <button
            key={one}
            type="button"
            aria-pressed={level.value === one}
            title={`${t(`wall.level.${one}.hint`)} (${k + 1})`}
            onClick={() => setLevel(one)}
          >
            <LevelIcon level={k} />
            <span>{t(`wall.level.${one}`)}</span>
          </button>
        ))}
      </fieldset>
      {refused && (
        <p class="wall-refused" role="status">
          {refused.text}
        </p>
      )}
    </div>
  );
}

const LEVEL_ICONS = [
  "M3 6h14v9H3zM6 6V3.5h3V6M11 6V3.5h3V6",
  "M4 15L10 5L16 15M10 15V5M2.5 15h3M8.5 15h3M14.5 15h3M8.5 5h3",
  "M3 3.5h4v4H3zM8.5 3.5h4v4h-4zM14 3.5h3v4h-3zM3 9.5h4v4H3zM8.5 9.5h4v4h-4zM14 9.5h3v4h-3z",
];

function LevelIcon({ level: at }: { level: number }) {
  return (
    <svg width="18" height="18" viewBox="0 0 20 18" aria-hidden="true" focusable="false">
      <path
        d={LEVEL_ICONS[at]}
        fill="none"
        stroke="currentColor"
        stroke-width="1.5"
        stroke-linejoin="round"
      />
    </svg>
  );
}

export function WallPanel() {
  const panel = useRef<HTMLElement>(null);
  useZoom(panel);
  // A repair, a deletion or an undo takes away what had the focus: it goes to what is chosen now.
  useFocusKept(panel, (byKey) => {
    const one = chosen.value === null ? null : choiceOf(document, chosen.value);
    return (
      one ?? (byKey ? document.querySelector<HTMLElement>('.wall-choice[tabindex="0"]') : null)
    );
  });
  return (
    <section class="wall" ref={panel} aria-label={t("wall.title")}>
      <Levels />
      <div role="status">
        <DataFault class="wall-fault" />
      </div>
      <Stage />
      <p class="visually-hidden" aria-live="polite">
        {said.value}
      </p>
    </section>
  );
}
