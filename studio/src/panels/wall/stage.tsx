/** The stage: the wall as it stands, with what is told and offered around it. */
import { useComputed } from "@preact/signals";
import { useCallback, useMemo, useRef, useState } from "preact/hooks";
import { layersOf } from "../../drawing/network.ts";
import { sheet } from "../../drawing/sheet.ts";
import { type Standing, type StandingOptions, standing } from "../../drawing/standing.ts";
import {
  chosen,
  dataFault,
  fits,
  level,
  prepared,
  problems,
  project,
  snapshot,
} from "../../state/store.ts";
import { mood } from "../../state/verdict.ts";
import { type Misfit, misfits, type Place, places } from "../../wall/shapes.ts";
import { language, t } from "../../words/words.ts";
import { shownDataName, shownName } from "../names.ts";
import { choose, placeOf, withBricks } from "./actions.ts";
import { Bubbles, slotOf } from "./bubbles.tsx";
import { Choices } from "./choices.tsx";
import { useRecolour } from "./colouring.ts";
import { Settings } from "./dialog.tsx";
import { resting } from "./drag.ts";
import { Empty } from "./empty.tsx";
import { Figure, planFigure } from "./figure.tsx";
import { useClickBeside, useDropTarget, useKeptBottom, useSize } from "./hooks.ts";
import { Pass } from "./pass.tsx";
import { Item, Picture } from "./picture.tsx";
import { placed } from "./placing.ts";
import { type Drag, drag, settingsOpen } from "./state.ts";
import { weightsOf } from "./weights.ts";

const SIDE = 26; // px kept free beside the wall, for the grips
const FRAME = 8; // px: its smallest distance from the stage's edges
const BUBBLE = 92; // px: the guess before it is measured
const BUBBLE_WIDE = 330;
const LOOSE = 26; // px below a brick that would not fit where it is dragged
const EMPTY = { left: -120, right: 120, height: 320 }; // what is said on an empty wall
const EMPTY_LOW = { ...EMPTY, height: 148 };
const LOW = 460; // px: a stage lower than this says it in less room

/** Returns the wall with what is dragged where it would land. */
function previewed(now: Drag | null) {
  const { wall } = project.value;
  if (!now) return wall;
  const rest = { ...wall, bricks: resting(now) };
  return now.at === null ? rest : withBricks(rest, now.bricks, now.at);
}

/** Lines of a caption that only the page has. */
function notesOf(stack: readonly Place[]): StandingOptions["notes"] {
  return (_, index) => {
    const { brick } = stack[index];
    const notes = [
      ...(brick.fixed ? [t("wall.note.fixed")] : []),
      ...(brick.trainable === false ? [t("wall.note.frozen")] : []),
    ];
    return notes.length ? [notes.join(", ")] : [];
  };
}

export function Stage() {
  const scroller = useRef<HTMLDivElement>(null);
  const svg = useRef<SVGSVGElement>(null);
  const size = useSize(scroller);
  const [heights, setHeights] = useState<Readonly<Record<number, number>>>({});
  const known = useComputed(() => snapshot.value !== null).value;
  const now = drag.value;
  const { wall } = project.value;
  const data = prepared.value;
  const wallShown = useMemo(() => previewed(now), [now, wall]);
  const shown = useMemo(() => places(wallShown), [wallShown]);
  const told = useMemo(
    () => (now || !wall.bricks.length ? [] : problems.value),
    [now === null, wall, problems.value],
  );
  const slots = useMemo(() => bySlot(told), [told]);
  const loose = useMemo(() => (now ? misfits(wallShown, null) : []), [wallShown, now === null]);
  const kept = useRef<Kept | null>(null);
  const width = size.width - 2 * FRAME;
  const low = size.height < LOW;
  const plan = useMemo(() => planFigure(wallShown, width), [wallShown, width, language.value]);

  const gapsNow = gapsOf(shown, slots, heights);
  const options = (
    bricks: readonly Place[],
    misfit: readonly Misfit[] = loose,
  ): StandingOptions => ({
    level: level.value,
    page: Math.max(260, width - 2 * SIDE),
    height: size.height - 12,
    data: shownDataName(),
    inputs: data && data.inputs.length === wall.inputs ? data.inputs.map(shownName) : [],
    studs: data?.inputs.length ?? wall.inputs,
    gaps: now ? heldGaps(bricks, misfit, kept.current) : gapsNow,
    gapWidth: BUBBLE_WIDE,
    figure: bricks.length ? plan : low ? EMPTY_LOW : EMPTY,
    notes: notesOf(bricks),
    kept: now && kept.current ? kept.current.style : null,
  });
  const stands = useMemo(
    () => (size.width ? standing(layersOf(shown, weightsOf(shown)), options(shown)) : null),
    // `known` and the language are read by what it calls.
    [
      shown,
      known,
      level.value,
      size,
      data,
      dataFault.value,
      slots,
      heights,
      plan,
      language.value,
      now === null,
    ],
  );
  const room = { width, height: size.height - FRAME };
  const placing = stands && placed(stands.bounds, room, now && (kept.current?.scale ?? null));
  const tall = stands && placing ? high(stands) * placing.scale : 0;
  if (stands && placing && !now)
    kept.current = {
      style: stands.style,
      scale: placing.scale,
      tall,
      gaps: new Map(gapsNow.map((gap, k) => [shown[k]?.brick.id ?? "figure", gap])),
    };
  // A wall that loses a brick while it is dragged keeps its room, or the stage could not stay where it is.
  const taken = Math.max(tall, (now && kept.current?.tall) ?? 0);

  useRecolour(svg, stands);
  useDropTarget(scroller, svg, now, options);
  useKeptBottom(scroller, taken, size.height);
  useClickBeside(scroller, svg, () => choose(null));

  const open =
    settingsOpen.value &&
    !now &&
    (chosen.value === "figure" ? wall.bricks.length > 0 : placeOf(chosen.value) !== undefined);
  return (
    <div class="wall-frame">
      <div class={`wall-stage ${open ? "with-settings" : ""}`} ref={scroller}>
        <style>{sheet()}</style>
        {stands && placing && (
          <div
            class="wall-figure"
            style={{
              width: `${wide(stands) * placing.scale}px`,
              height: `${taken}px`,
              paddingTop: `${taken - tall}px`,
              marginLeft: `${placing.left}px`,
            }}
          >
            <div
              class="wall-scaled"
              style={{
                width: `${wide(stands)}px`,
                height: `${high(stands)}px`,
                transform: `scale(${placing.scale})`,
              }}
            >
              <Picture svg={svg} stands={stands} shown={shown} now={now}>
                {shown.length > 0 && (
                  <Item
                    id="figure"
                    y={stands.top}
                    css={now ? "faint" : ""}
                    bounds={[plan.left, -plan.height, plan.right, 0]}
                  >
                    <title>{t("palette.figure.hint")}</title>
                    <Figure plan={plan} assembled={fits.value && !now} mood={mood.value} />
                  </Item>
                )}
              </Picture>
              <Pass
                stands={stands}
                figure={[plan.left, stands.top - plan.height, -plan.left, stands.top]}
              />
              <Choices stands={stands} shown={shown} wall={wallShown} plan={plan} />
              {[...slots].map(([slot, found]) => (
                <BubblesAt
                  key={slot}
                  slot={slot}
                  found={found}
                  stands={stands}
                  setHeights={setHeights}
                />
              ))}
              {loose.map(({ at, key, values }) => (
                <p
                  key={at}
                  class="wall-loose"
                  style={{
                    left: `${-stands.bounds[0]}px`,
                    bottom: `${stands.bounds[3] - stands.slots[at]}px`,
                  }}
                >
                  {t(key, values)}
                </p>
              ))}
              {!wall.bricks.length && !now && (
                <Empty
                  middle={-stands.bounds[0]}
                  bottom={stands.bounds[3] - stands.slots[0]}
                  low={low}
                />
              )}
            </div>
          </div>
        )}
      </div>
      {open && <Settings />}
      {now?.from && (
        <div class={`wall-bin ${now.overBin ? "over" : ""}`} data-bin>
          {t("wall.bin")}
        </div>
      )}
    </div>
  );
}

const wide = ({ bounds: [left, , right] }: Standing) => right - left;
const high = ({ bounds: [, top, , bottom] }: Standing) => bottom - top;

function bySlot(found: readonly Misfit[]): Map<number, Misfit[]> {
  const slots = new Map<number, Misfit[]>();
  for (const problem of found)
    slots.set(slotOf(problem), [...(slots.get(slotOf(problem)) ?? []), problem]);
  return slots;
}

/** Returns the gaps below each brick and below the figure. */
function gapsOf(
  bricks: readonly Place[],
  slots: ReadonlyMap<number, readonly Misfit[]>,
  heights: Readonly<Record<number, number>>,
): number[] {
  return Array.from({ length: bricks.length + 1 }, (_, slot) =>
    slots.has(slot) ? (heights[slot] ?? BUBBLE) + 22 : 0,
  );
}

/** How the wall stood when a brick was picked up: it stays under the pointer. */
interface Kept {
  readonly style: Standing["style"];
  readonly scale: number;
  readonly tall: number; // px
  readonly gaps: ReadonlyMap<string, number>; // below a brick, by its id, and below the figure
}

/** Returns the gaps while a brick is dragged: those that were there, and below bricks that would not fit. */
function heldGaps(bricks: readonly Place[], loose: readonly Misfit[], kept: Kept | null): number[] {
  return Array.from({ length: bricks.length + 1 }, (_, slot) =>
    Math.max(
      kept?.gaps.get(bricks[slot]?.brick.id ?? "figure") ?? 0,
      loose.some(({ at }) => at === slot) ? LOOSE : 0,
    ),
  );
}

function BubblesAt({
  slot,
  found,
  stands,
  setHeights,
}: {
  slot: number;
  found: readonly Misfit[];
  stands: Standing;
  setHeights: (
    change: (before: Readonly<Record<number, number>>) => Readonly<Record<number, number>>,
  ) => void;
}) {
  const measured = useCallback(
    (height: number) =>
      setHeights((before) =>
        Math.abs((before[slot] ?? 0) - height) < 1 ? before : { ...before, [slot]: height },
      ),
    [slot, setHeights],
  );
  const [left, , right, bottom] = stands.bounds;
  const width = Math.min(BUBBLE_WIDE, right - left);
  const x = Math.max(0, Math.min(right - left - width, -left - width / 2));
  const style = {
    left: `${x}px`,
    width: `${width}px`,
    bottom: `${bottom - stands.slots[slot] + 12}px`,
  };
  return <Bubbles problems={found} style={style} measured={measured} />;
}
