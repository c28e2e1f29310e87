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

/** Draws anew when one of `inputs` has changed, `place` is in view, and the last picture is old enough. */
export function useDrawn(
  place: RefObject<Element | null>,
  perSecond: number,
  draw: () => void,
  inputs: readonly unknown[],
): void {
  const last = useRef(0);
  const inView = useInView(place);
  useEffect(() => {
    if (!inView) return;
    const paint = () => {
      last.current = performance.now();
      draw();
    };
    const wait = last.current + 1000 / perSecond - performance.now();
    if (wait <= 0) return paint();
    const timer = setTimeout(paint, wait);
    return () => clearTimeout(timer);
  }, [inView, perSecond, ...inputs]);
}
