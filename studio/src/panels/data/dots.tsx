/** Points as SVG: of each colour one path, whose strokes without length have round ends. */

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly colour: string;
}

/**
 * Coordinates are those of the view box. `hollow`: rings of the colour around the card's. `edged`: with
 * a thin line around, for colours that may be near the card's.
 */
export function Dots({
  points,
  size,
  hollow = false,
  edged = false,
}: {
  points: readonly Point[];
  size: number;
  hollow?: boolean;
  edged?: boolean;
}) {
  const paths = new Map<string, string>();
  for (const { x, y, colour } of points)
    paths.set(colour, `${paths.get(colour) ?? ""}M${x.toFixed(1)} ${y.toFixed(1)}h0`);
  return (
    <g fill="none" stroke-linecap="round">
      {[...paths].map(([colour, path]) => (
        <g key={colour}>
          {edged && <path d={path} stroke="var(--faint)" stroke-width={size + 1} />}
          <path d={path} stroke={colour} stroke-width={size} />
          {hollow && <path d={path} stroke="var(--card)" stroke-width={size * 0.5} />}
        </g>
      ))}
    </g>
  );
}

/** Returns a function from an interval to another; the middle, where the first has no length. */
export function between(
  [low, high]: readonly [number, number],
  [first, last]: readonly [number, number],
): (value: number) => number {
  const length = high - low;
  return (value) => first + (last - first) * (length > 0 ? (value - low) / length : 0.5);
}

export function extent(values: Iterable<number>): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 0];
}
