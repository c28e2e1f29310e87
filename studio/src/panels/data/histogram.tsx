/** How the values of a column are spread: bars of numbers from low to high, or of categories. */

import { amount } from "../../data/amount.ts";
import { isText, profile } from "../../data/kinds.ts";
import type { Column } from "../../data/table.ts";
import { t } from "../../words/words.ts";
import { between, extent } from "./dots.tsx";

const BARS = 12;
const HEIGHT = 24;

interface Bars {
  readonly heights: readonly number[];
  readonly label: string;
}

function barsOf(column: Column): Bars {
  if (isText(column)) {
    const counts = [...profile(column).counts].sort((a, b) => b[1] - a[1]).slice(0, BARS);
    const names = counts.slice(0, 3).map(([name]) => name);
    return {
      heights: counts.map(([, count]) => count),
      label: t("data.preview.frequent", { names: names.join(", ") }),
    };
  }
  const heights = new Array<number>(BARS).fill(0);
  const numbers = (column.values as Float64Array).filter((value) => !Number.isNaN(value));
  const range = extent(numbers);
  const [low, high] = range;
  const bar = between(range, [0, BARS]);
  for (const value of numbers) heights[Math.min(BARS - 1, Math.floor(bar(value)))] += 1;
  return {
    heights,
    label: t("data.preview.histogram", {
      low: amount(low, high - low),
      high: amount(high, high - low),
    }),
  };
}

export function Histogram({ column }: { column: Column }) {
  const { heights, label } = barsOf(column);
  const highest = Math.max(...heights, 1);
  return (
    <svg
      class="data-bars"
      viewBox={`0 0 ${BARS} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      {heights.map((count, at) => {
        const height = count && Math.max(1, (HEIGHT * count) / highest);
        return <rect key={at} x={at + 0.08} y={HEIGHT - height} width={0.84} height={height} />;
      })}
    </svg>
  );
}
