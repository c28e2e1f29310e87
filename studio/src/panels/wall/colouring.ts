/** The colours of the wall while it trains. */
import { useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Recolour } from "../../drawing/recolour.ts";
import type { Standing } from "../../drawing/standing.ts";
import { snapshot, stack, status } from "../../state/store.ts";
import { drag } from "./state.ts";
import { kernelsOf } from "./weights.ts";

const SLOW = 50; // ms from one frame to the next

/**
 * Colours the bricks by each snapshot, at most once a frame. Where the browser takes long to draw what
 * changed (thousands of lines), it rests twice as long, so that the page stays at hand.
 */
export function useRecolour(svg: { current: SVGSVGElement | null }, stands: Standing | null): void {
  const recolour = useRef<Recolour | null>(null);
  const pass = useRef({ waiting: 0, before: 0, step: 0, restUntil: 0 });
  useLayoutEffect(() => {
    if (!svg.current || !stands) return;
    recolour.current = new Recolour(
      svg.current,
      stands.layers.map(({ layer }) => layer),
    );
    if (!drag.peek()) recolour.current.paint(kernelsOf(stack.peek()));
  }, [svg, stands]);
  useSignalEffect(() => {
    const { current } = pass;
    status.value; // once a training has stopped, the colours are those of its weights alone
    if (!snapshot.value) current.step = Number.POSITIVE_INFINITY;
    if (!snapshot.value || current.waiting) return;
    const paint = (time: number) => {
      if (time < current.restUntil) {
        current.waiting = requestAnimationFrame(paint);
        return;
      }
      current.waiting = 0;
      const step = snapshot.peek()?.step ?? 0;
      const goesOn = status.peek() === "running" && step > current.step;
      const seconds = goesOn ? Math.min(1, (time - current.before) / 1000) : 0;
      Object.assign(current, { before: time, step });
      if (drag.peek() || !recolour.current?.paint(kernelsOf(stack.peek()), seconds)) return;
      requestAnimationFrame((after) => {
        if (after - time > SLOW) current.restUntil = after + 2 * (after - time);
      });
    };
    current.waiting = requestAnimationFrame(paint);
  });
  useEffect(() => () => cancelAnimationFrame(pass.current.waiting), []);
}
