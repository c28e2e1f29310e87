/** Pictures that follow the training: drawn so many times a second at most, and only while one sees them. */
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** Returns whether an element is in view, or nearly; what is scrolled away needs no new picture. */
function useInView(place: RefObject<Element | null>): boolean {
  const [inView, setInView] = useState(true);
  useEffect(() => {
    if (!place.current) return;
    const observer = new IntersectionObserver(
      (entries) => setInView(entries[entries.length - 1].isIntersecting),
      { rootMargin: "80px" },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [place]);
  return inView;
}

/** Pictures of answers a second, at most: one costs some milliseconds. */
export const PICTURES = 20;
/** A picture rests so many times as long as it took, so that it leaves the processor to the training. */
const REST = 9;

/** Draws anew when one of `inputs` has changed, `place` is in view, and the last picture is old enough. */
export function useDrawn(
  place: RefObject<Element | null>,
  perSecond: number,
  draw: () => void,
  inputs: readonly unknown[],
): void {
  const due = useRef(0);
  const inView = useInView(place);
  useEffect(() => {
    if (!inView) return;
    const paint = () => {
      const start = performance.now();
      draw();
      const took = performance.now() - start;
      due.current = start + Math.max(1000 / perSecond, (1 + REST) * took);
    };
    const wait = due.current - performance.now();
    if (wait <= 0) return paint();
    const timer = setTimeout(paint, wait);
    return () => clearTimeout(timer);
  }, [inView, perSecond, ...inputs]);
}
