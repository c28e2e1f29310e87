/** What the wall answers, behind the points that are drawn: one sees what a point does. */
import { useRef } from "preact/hooks";
import type { Prepared, Scale } from "../../data/table.ts";
import { UNSCALED } from "../../data/units.ts";
import { prepared, snapshot } from "../../state/store.ts";
import { dark } from "../../state/view.ts";
import { paintCurve } from "../train/answercurve.tsx";
import { PICTURES, useDrawn } from "../train/drawn.ts";
import { CANVAS } from "../train/marks.ts";
import { paintSurface } from "../train/surface.tsx";

/** Returns whether the axes of the board are what the wall gets and gives: one may learn another column. */
export const isOfBoard = ({ inputs, target }: Prepared): boolean =>
  ["x1,x2,class", "x,y"].includes([...inputs, target].join());

/** `reach`: how far the board goes from its middle, in the units of what is drawn. */
export function Answered({ data, reach }: { data: Prepared; reach: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const isDark = dark.value;
  const curve = data.inputs.length === 1;
  const paint = () => {
    if (!canvas.current || prepared.peek() !== data) return;
    const range = ({ mean, std }: Scale) => ({
      low: (-reach - mean) / std,
      high: (reach - mean) / std,
    });
    const [h, v = data.targetScale ?? UNSCALED] = data.scales;
    if (curve) paintCurve(canvas.current, range(h), range(v), isDark);
    else paintSurface(canvas.current, data, 0, 1, isDark, range(h), range(v));
  };
  useDrawn(canvas, PICTURES, paint, [data, snapshot.value, isDark]);
  return <canvas ref={canvas} class="data-answered" width={CANVAS} height={CANVAS} />;
}
