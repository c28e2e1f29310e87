/** The curve of an activation with the point of one neuron; backward with its tangent. */
import { curveOf, slopeAt } from "../../understand/activation.ts";
import { short } from "../../understand/numbers.ts";
import { t } from "../../words/words.ts";

const [WIDTH, HEIGHT, MARGIN] = [260, 120, 14];

export function Curve({
  name,
  sums,
  unit,
  a,
  tangent,
}: {
  name: string;
  sums: Float32Array;
  unit: number;
  a: number; // what comes out
  tangent: boolean;
}) {
  const points = curveOf(name, sums, unit);
  const [first, last] = [points[0].z, points[points.length - 1].z];
  const values = points.map(({ a }) => a);
  const low = Math.min(0, ...values);
  const high = Math.max(low + 0.5, ...values);
  const across = (z: number) => MARGIN + ((z - first) / (last - first)) * (WIDTH - 2 * MARGIN);
  const up = (a: number) => HEIGHT - MARGIN - ((a - low) / (high - low)) * (HEIGHT - 2 * MARGIN);
  const z = sums[unit];
  const slope = slopeAt(name, sums, unit);
  const reach = (last - first) / 7;
  const path = points
    .map((point) => `${across(point.z).toFixed(1)} ${up(point.a).toFixed(1)}`)
    .join("L");
  return (
    <svg
      class="understand-curve"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={t("understand.curve", { name, z: short(z), slope: short(slope) })}
    >
      <path
        class="axes"
        d={`M${MARGIN} ${up(0)}H${WIDTH - MARGIN}M${across(0)} ${MARGIN}V${HEIGHT - MARGIN}`}
      />
      <path class="drop" d={`M${across(z)} ${up(0)}V${up(a)}H${across(0)}`} />
      <path class="curve" d={`M${path}`} />
      {tangent && (
        <path
          class="tangent"
          d={`M${across(z - reach)} ${up(a - slope * reach)}L${across(z + reach)} ${up(a + slope * reach)}`}
        />
      )}
      <circle cx={across(z)} cy={up(a)} r="5" />
      <text x={WIDTH - MARGIN} y={up(0) - 4} text-anchor="end">
        z
      </text>
      <text x={across(0) + 5} y={MARGIN + 4}>
        a
      </text>
    </svg>
  );
}
