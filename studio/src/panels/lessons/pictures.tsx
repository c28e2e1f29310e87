/** A small picture of each lesson that comes with the page. */
import type { ComponentChildren } from "preact";

const [GREEN, YELLOW, RED, BLUE, INK] = ["#3daa5c", "#ffd43b", "#a50f15", "#2166ac", "#1f2933"];
const ORANGE = "#e08214";

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly colour: string;
}

/** A brick seen from the front, with its studs. */
function Brick({ x, y, width, colour }: Box) {
  return (
    <g fill={colour} stroke={INK} stroke-width="1">
      {Array.from({ length: width / 8 }, (_, stud) => (
        <path key={stud} d={`M${x + 8 * stud + 2} ${y}v-2.500h4v2.500z`} />
      ))}
      <path d={`M${x} ${y}h${width}v9h${-width}z`} />
    </g>
  );
}

const dots = (colour: string, places: readonly (readonly [number, number])[]) =>
  places.map(([x, y]) => <circle key={`${x} ${y}`} cx={x} cy={y} r="3" fill={colour} />);

function coil(start: number): string {
  const points = Array.from({ length: 40 }, (_, i) => {
    const radius = 2 + 0.52 * i;
    const angle = start + i * 0.2;
    return `${(36 + radius * Math.cos(angle)).toFixed(1)} ${(27 + radius * Math.sin(angle)).toFixed(1)}`;
  });
  return `M${points.join("L")}`;
}

const line = {
  fill: "none",
  "stroke-width": 2.5,
  "stroke-linecap": "round",
  "stroke-linejoin": "round",
} as const;

const PICTURES: Readonly<Record<string, ComponentChildren>> = {
  signals: (
    <>
      {[0, 1, 2].flatMap((signal) =>
        [0, 1].map((unit) => (
          <Brick
            key={`${signal} ${unit}`}
            x={10 + 18 * signal + 9 * unit}
            y={36 - 1}
            width={8}
            colour={GREEN}
          />
        )),
      )}
      <Brick x={13} y={23} width={16} colour={RED} />
      <Brick x={43} y={23} width={16} colour={RED} />
      <Brick x={17} y={11} width={8} colour={BLUE} />
      <Brick x={47} y={11} width={8} colour={BLUE} />
    </>
  ),
  xor: (
    <>
      <path d="M36 4v46M10 27h52" stroke="var(--line)" stroke-width="1.5" />
      {dots(BLUE, [
        [20, 14],
        [27, 20],
        [18, 22],
        [47, 34],
        [54, 40],
        [45, 43],
      ])}
      {dots(ORANGE, [
        [46, 12],
        [54, 17],
        [48, 21],
        [19, 36],
        [27, 41],
        [20, 45],
      ])}
    </>
  ),
  spiral: (
    <g {...line}>
      <path d={coil(0)} stroke={BLUE} />
      <path d={coil(Math.PI)} stroke={ORANGE} />
    </g>
  ),
  overfitting: (
    <g {...line}>
      <path d="M10 6v40h54" stroke="var(--strong-line)" stroke-width="1.5" />
      <path d="M13 10c8 22 16 30 48 32" stroke={BLUE} />
      <path d="M13 12c8 22 16 20 24 18s16-8 24-16" stroke={ORANGE} stroke-dasharray="5 4" />
    </g>
  ),
  dead: (
    <g {...line}>
      <path d="M8 42h56M36 8v38" stroke="var(--line)" stroke-width="1.5" />
      <path d="M36 42L62 10" stroke={BLUE} />
      <path d="M10 42h26" stroke="var(--strong-line)" stroke-width="3.5" />
      <path d="M18 30l7 7m0-7l-7 7" stroke={RED} />
    </g>
  ),
  code: (
    <>
      <Brick x={6} y={34} width={24} colour={GREEN} />
      <Brick x={10} y={22} width={16} colour={YELLOW} />
      <Brick x={14} y={10} width={8} colour={BLUE} />
      <g {...line} stroke="var(--accent)">
        <path d="M47 18l-7 9 7 9M57 18l7 9-7 9" />
      </g>
    </>
  ),
  weight: (
    <>
      <Brick x={20} y={38} width={32} colour={GREEN} />
      <Brick x={24} y={25} width={24} colour={BLUE} />
      <path d="M36 3v9m-4-4l4 5 4-5" {...line} stroke="var(--accent)" />
      <rect x="32.500" y="40" width="7" height="5.500" rx="1" fill="#fff" stroke={INK} />
    </>
  ),
};

/** Returns the picture of a lesson; one of a teacher's shows a wall. */
export function Picture({ id }: { id: string }) {
  return (
    <svg class="lesson-picture" viewBox="0 0 72 54" aria-hidden="true" focusable="false">
      {Object.hasOwn(PICTURES, id) ? (
        PICTURES[id]
      ) : (
        <>
          <Brick x={12} y={38} width={48} colour={GREEN} />
          <Brick x={20} y={25} width={32} colour={YELLOW} />
          <Brick x={28} y={12} width={16} colour={BLUE} />
        </>
      )}
    </svg>
  );
}
