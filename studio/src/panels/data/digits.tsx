/** Some pictures of a table of pictures, as they are. */
import { useEffect, useRef } from "preact/hooks";
import type { Picture, Table } from "../../data/table.ts";
import { dark } from "../../state/view.ts";
import { t } from "../../words/words.ts";
import { ink } from "../train/colours.ts";

const ACROSS = 10;
const DOWN = 4;

function paint(
  canvas: HTMLCanvasElement,
  table: Table,
  { width, height }: Picture,
  isDark: boolean,
): void {
  const image = new ImageData(ACROSS * (width + 1), DOWN * (height + 1));
  const pixels = table.columns.slice(0, width * height).map((column) => column.values);
  const brightest = Math.max(...pixels.map((values) => Number(values[0]))) || 1;
  for (let shown = 0; shown < Math.min(ACROSS * DOWN, table.rows); shown++)
    for (const [at, values] of pixels.entries()) {
      const x = (shown % ACROSS) * (width + 1) + (at % width);
      const y = Math.floor(shown / ACROSS) * (height + 1) + Math.floor(at / width);
      const alpha = (255 * Number(values[shown])) / brightest;
      image.data.set([...ink(isDark), alpha], 4 * (y * image.width + x));
    }
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}

export function Pictures({ table, picture }: { table: Table; picture: Picture }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const isDark = dark.value;
  useEffect(() => {
    if (canvas.current) paint(canvas.current, table, picture, isDark);
  }, [table, picture, isDark]);
  return (
    <section class="data-part">
      <h2>{t("data.plot.digits")}</h2>
      <canvas ref={canvas} class="data-pictures" role="img" aria-label={t("data.plot.digits")} />
    </section>
  );
}
