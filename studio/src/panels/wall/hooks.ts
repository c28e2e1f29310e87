/** The stage's size, its scrolling, and where on it bricks are dropped. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { layersOf } from "../../drawing/network.ts";
import type { Bounds } from "../../drawing/shapes.ts";
import { type StandingOptions, standing } from "../../drawing/standing.ts";
import { project } from "../../state/store.ts";
import { type Misfit, type Place, places } from "../../wall/shapes.ts";
import { register, resting } from "./drag.ts";
import { distance, NEAR, outlineOf } from "./reach.ts";
import type { Drag } from "./state.ts";

/** Returns the size of an element, as it changes, without its scroll bars. */
export function useSize(element: { readonly current: HTMLElement | null }): {
  width: number;
  height: number;
} {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = element.current as HTMLElement;
      setSize((before) =>
        before.width === width && before.height === height ? before : { width, height },
      );
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element.current as HTMLElement);
    measure();
    return () => observer.disconnect();
  }, [element]);
  return size;
}

/** The wall without what is dragged. */
interface AtRest {
  readonly middles: readonly number[]; // of its bricks
  readonly outline: Bounds;
}

/**
 * Tells where dragged bricks would land: above every brick whose middle is below the pointer; nowhere
 * where the wall is far.
 */
export function useDropTarget(
  scroller: { current: HTMLElement | null },
  svg: { current: SVGSVGElement | null },
  now: Drag | null,
  options: (bricks: readonly Place[], loose: readonly Misfit[]) => StandingOptions,
): void {
  const at = useRef<AtRest>({ middles: [], outline: [0, 0, 0, 0] });
  const rest = now === null ? null : resting(now);
  const key = rest?.map((brick) => brick.id).join();
  useLayoutEffect(() => {
    if (!rest) return;
    const bricks = places({ ...project.value.wall, bricks: rest });
    const asked = options(bricks, []);
    const stands = standing(layersOf(bricks, null), asked);
    at.current = {
      middles: stands.layers.map(({ y, drawn }) => y + drawn.top / 2),
      outline: outlineOf(stands, asked.figure),
    };
  }, [key]);
  useEffect(
    () =>
      register({
        element: scroller.current as HTMLElement,
        at: (x, y) => {
          const { left, right, top, bottom } = (
            scroller.current as HTMLElement
          ).getBoundingClientRect();
          const picture = svg.current;
          if (!picture || x < left || x > right || y < top - 24 || y > bottom + 8) return null;
          const box = picture.getBoundingClientRect();
          const view = picture.viewBox.baseVal;
          const scale = box.height / view.height;
          const across = view.x + (x - box.left) / scale;
          const up = view.y + (y - box.top) / scale;
          const { middles, outline } = at.current;
          if (distance(outline, across, up) * scale > NEAR) return null;
          return middles.filter((middle) => middle > up).length;
        },
      }),
    [scroller, svg],
  );
}

/** Keeps the baseplate above the stage's lower edge while the wall grows upward, and the stage gets lower. */
export function useKeptBottom(
  scroller: { current: HTMLElement | null },
  high: number,
  stage: number,
): void {
  const before = useRef({ high: 0, stage: 0 });
  useLayoutEffect(() => {
    const element = scroller.current as HTMLElement;
    const moved = high - before.current.high + before.current.stage - stage;
    element.scrollTop += before.current.high ? moved : element.scrollHeight;
    before.current = { high, stage };
  }, [scroller, high, stage]);
}

/** Calls `act` for a click on the stage beside the wall. */
export function useClickBeside(
  scroller: { current: HTMLElement | null },
  svg: { current: SVGSVGElement | null },
  act: () => void,
): void {
  useEffect(() => {
    const onClick = ({ target }: Event) => {
      if (target === scroller.current || target === svg.current) act();
    };
    scroller.current?.addEventListener("click", onClick);
    return () => scroller.current?.removeEventListener("click", onClick);
  }, [scroller, svg]);
}
