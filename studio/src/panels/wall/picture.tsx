/**
 * The wall as a picture, for eyes and pointers; `choices.tsx` lies over it, for keys and screen readers.
 * The bricks' insides are SVG text, made when the wall changes; while it trains, `Recolour` touches
 * their classes alone.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useMemo } from "preact/hooks";
import { shortNumber } from "../../drawing/network.ts";
import type { Bounds } from "../../drawing/shapes.ts";
import type { Standing, StandingLayer } from "../../drawing/standing.ts";
import { markup } from "../../drawing/svg.ts";
import { chosen, level, neuron, project, stack } from "../../state/store.ts";
import { dark } from "../../state/view.ts";
import type { Place } from "../../wall/shapes.ts";
import { choose, placeOf } from "./actions.ts";
import { choiceOf } from "./choices.tsx";
import { press } from "./drag.ts";
import { ghostOf } from "./pictures.tsx";
import { type Drag, landed, settingsOpen } from "./state.ts";
import { kernelsOf } from "./weights.ts";

export function Picture({
  svg,
  stands,
  shown,
  now,
  children,
}: {
  svg: { current: SVGSVGElement | null };
  stands: Standing;
  shown: readonly Place[];
  now: Drag | null;
  children: ComponentChildren;
}) {
  const [left, top, right, bottom] = stands.bounds;
  const labels = useMemo(
    () => stands.labels.map((shape) => markup(shape, null)).join(""),
    [stands],
  );
  const baseplate = useMemo(() => markup(stands.baseplate, null), [stands]);
  useNeuron(svg, stands);
  useEffect(() => {
    // `touch-action` has no effect on the inside of an SVG: a grip says by hand that it does not scroll.
    const hold = (event: TouchEvent) => {
      if ((event.target as Element).closest(".wall-grip")) event.preventDefault();
    };
    svg.current?.addEventListener("touchstart", hold, { passive: false });
    return () => svg.current?.removeEventListener("touchstart", hold);
  }, [svg]);
  const moved = new Set(now?.bricks.map((brick) => brick.id));
  return (
    <svg
      ref={svg}
      class={`brickwork wall-picture ${dark.value ? "dark" : "light"}`}
      width={right - left}
      height={bottom - top}
      viewBox={`${left} ${top} ${right - left} ${bottom - top}`}
      aria-hidden="true"
      onClick={clicked}
      onPointerDown={grabbed}
      onPointerOver={(event) => retitle(event.target as Element, stands)}
    >
      <g class={`wall-labels ${now ? "faint" : ""}`}>
        <g dangerouslySetInnerHTML={{ __html: labels }} />
        {stands.names.map(({ x, y, text }) => (
          <text
            key={x}
            class="soft"
            x={x}
            y={y}
            font-size="11"
            text-anchor="end"
            transform={`rotate(${-stands.turn} ${x} ${y - 4})`}
          >
            {text}
          </text>
        ))}
      </g>
      {children}
      {[...stands.layers].reverse().map((one, k) => (
        <BrickItem
          key={shown[stands.layers.length - 1 - k].brick.id}
          one={one}
          place={shown[stands.layers.length - 1 - k]}
          shown={shown}
          moved={moved}
        />
      ))}
      <Item id="baseplate" y={0} bounds={stands.baseBounds}>
        <g dangerouslySetInnerHTML={{ __html: baseplate }} />
      </Item>
    </svg>
  );
}

function BrickItem({
  one,
  place,
  shown,
  moved,
}: {
  one: StandingLayer;
  place: Place;
  shown: readonly Place[];
  moved: ReadonlySet<string>;
}) {
  const { drawn, y } = one;
  const { id } = place.brick;
  const inside = useMemo(() => markup(drawn.piece, null), [drawn]);
  const studs = place.index ? shown[place.index - 1].outputs : project.value.wall.inputs;
  const css = [
    moved.has(id) ? "preview" : "",
    studs !== place.inputs ? "loose" : "",
    landed.value.includes(id) ? "landed" : "",
    place.brick.trainable === false ? "frozen" : "",
  ].join(" ");
  const middle = drawn.top / 2;
  return (
    <Item id={id} y={y} css={css} bounds={[drawn.left, drawn.top, drawn.right, 0]}>
      <g
        class="wall-inside"
        style={{ "--nth": Math.max(0, landed.value.indexOf(id)) }}
        dangerouslySetInnerHTML={{ __html: inside }}
      />
      {place.brick.trainable === false && <Snowflake x={drawn.right - 13} y={middle} />}
      <g class="wall-grip" transform={`translate(${drawn.left - 22} ${middle})`}>
        <rect x="-9" y="-20" width="26" height="40" rx="6" />
        {[-7, 0, 7].flatMap((dy) =>
          [0, 7].map((dx) => <circle key={`${dx} ${dy}`} cx={dx} cy={dy} r="1.8" />),
        )}
      </g>
    </Item>
  );
}

/** One thing that can be chosen; it stands at `y`, and moves there when the wall changes. */
export function Item({
  id,
  y,
  css = "",
  bounds: [left, top, right, bottom],
  children,
}: {
  id: string;
  y: number;
  css?: string;
  bounds: Bounds;
  children: ComponentChildren;
}) {
  return (
    <g
      class={`wall-item ${chosen.value === id ? "is-chosen" : ""} ${css}`}
      style={{ transform: `translateY(${y}px)` }}
      data-id={id}
    >
      {children}
      <rect
        class="wall-outline"
        x={left - 4}
        y={top - 3}
        width={right - left + 8}
        height={bottom - top + 6}
        rx="7"
      />
    </g>
  );
}

function Snowflake({ x, y }: { x: number; y: number }) {
  const spokes = [0, 60, 120].map((turn) => `rotate(${turn})`);
  return (
    <g class="wall-snowflake" transform={`translate(${x} ${y})`}>
      <circle r="9" />
      {spokes.map((turn) => (
        <path key={turn} transform={turn} d="M0 -6v12M-2 -5l2 2l2 -2M-2 5l2 -2l2 2" />
      ))}
    </g>
  );
}

/** Chooses what was clicked; at the finer levels, the neuron too. */
function clicked(event: MouseEvent): void {
  const element = event.target as Element;
  const id = element.closest("[data-id]")?.getAttribute("data-id");
  if (!id) return;
  const unit = element.closest("[data-unit]")?.getAttribute("data-unit");
  const place = placeOf(id);
  const onNeuron = place && typeof unit === "string" && level.value !== "bricks";
  const before = neuron.value;
  const again = chosen.value === id && (!onNeuron || before?.unit === Number(unit));
  // The first click on a neuron shows it; the next one opens or closes the settings of its brick.
  choose(id, settingsOpen.value ? !again : again || !onNeuron);
  choiceOf(document, id)?.focus({ preventScroll: true });
  if (onNeuron) neuron.value = { brick: place.index, unit: Number(unit) };
}

/** Begins to drag the brick under the pointer; a finger takes it by its grip, and scrolls elsewhere. */
function grabbed(event: PointerEvent): void {
  const element = event.target as Element;
  if (event.pointerType === "touch" && !element.closest(".wall-grip")) return;
  const id = element.closest("[data-id]")?.getAttribute("data-id");
  const brick = project.value.wall.bricks.find((one) => one.id === id);
  if (!brick) return;
  press(event, {
    bricks: () => [brick],
    from: brick.id,
    ghost: () => ghostOf([brick], project.value.wall),
  });
}

/** Puts a weight's present value into its tooltip: it changes too often to be kept there. */
function retitle(element: Element, stands: Standing): void {
  const green = element.closest(".weight");
  const title = green?.querySelector("title");
  const index = Number(green?.closest("[data-index]")?.getAttribute("data-index"));
  const kernel = kernelsOf(stack.value)[index];
  if (!green || !title || !kernel) return;
  const { outputs } = stands.layers[index].layer;
  const value =
    kernel[
      Number(green.getAttribute("data-row")) * outputs + Number(green.getAttribute("data-unit"))
    ];
  title.textContent = `${(title.textContent ?? "").replace(/ -?[\d.e-]+$/, "")} ${shortNumber(value)}`;
}

/** Shows the chosen neuron among the others of its brick. */
function useNeuron(svg: { current: SVGSVGElement | null }, stands: Standing): void {
  const now = neuron.value;
  useLayoutEffect(() => {
    const root = svg.current as SVGSVGElement;
    for (const element of root.querySelectorAll("[data-mine]"))
      element.removeAttribute("data-mine");
    for (const element of root.querySelectorAll(".one-neuron"))
      element.classList.remove("one-neuron");
    const drawn = now && root.querySelector(`[data-index="${now.brick}"]`);
    const mine = drawn?.querySelectorAll(`[data-unit="${now?.unit}"]`) ?? [];
    if (!mine.length) return; // one of many that are not drawn
    drawn?.classList.add("one-neuron");
    for (const element of mine) element.setAttribute("data-mine", "");
  }, [svg, stands, now]);
}
