/** A row that is a picture: shown, and drawn on. */
import { useEffect, useRef } from "preact/hooks";
import type { Picture } from "../../data/table.ts";
import { dark } from "../../state/view.ts";
import { t } from "../../words/words.ts";
import { ink } from "../train/colours.ts";
import { change, row } from "./state.ts";

export function Pixels({
  picture,
  ranges,
}: {
  picture: Picture;
  ranges: readonly { low: number; high: number }[];
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const now = row.value;
  const isDark = dark.value;
  const { width, height } = picture;
  const low = Math.min(...ranges.map((range) => range.low));
  const high = Math.max(...ranges.map((range) => range.high));
  const x = now?.x;
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || !x) return;
    const image = new ImageData(width, height);
    x.forEach((value, pixel) => {
      image.data.set([...ink(isDark), (255 * (value - low)) / (high - low || 1)], 4 * pixel);
    });
    context.putImageData(image, 0, 0);
  }, [x, isDark, low, high, width, height]);

  /** Draws with the main button, and rubs out with the others or with Shift. */
  const draw = (event: PointerEvent) => {
    if (!event.buttons || !x) return;
    event.preventDefault();
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const across = Math.floor(((event.clientX - box.left) / box.width) * width);
    const down = Math.floor(((event.clientY - box.top) / box.height) * height);
    if (across < 0 || down < 0 || across >= width || down >= height) return;
    const value = event.buttons > 1 || event.shiftKey ? low : high;
    const pixel = down * width + across;
    if (x[pixel] !== value) change({ x: x.with(pixel, value) });
  };
  return (
    <figure class="understand-pixels">
      <canvas
        ref={canvas}
        width={width}
        height={height}
        role="img"
        aria-label={t("understand.picture")}
        onPointerDown={draw}
        onPointerMove={draw}
        onContextMenu={(event) => event.preventDefault()}
      />
      <figcaption class="hint">{t("understand.picture.hint")}</figcaption>
    </figure>
  );
}
