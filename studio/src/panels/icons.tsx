/** Icons of one stroke, drawn on a grid of 20. */
const PATHS = {
  play: "M6 4.2v11.6L15.5 10z",
  pause: "M6.5 4.5v11M13.5 4.5v11",
  step: "M5 4.5v11l7-5.5zM15 4.5v11",
  reset: "M4.5 8.2A6 6 0 1 1 4 11M4.2 4.2v4.2h4.2",
  undo: "M4 8h8a4 4 0 0 1 0 8H8M4 8l3.5-3.5M4 8l3.5 3.5",
  redo: "M16 8H8a4 4 0 0 0 0 8h4M16 8l-3.5-3.5M16 8l-3.5 3.5",
  sun: "M10 6.8a3.2 3.2 0 1 1 0 6.4 3.2 3.2 0 0 1 0-6.4M10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M4.3 15.7l1.1-1.1M14.6 5.4l1.1-1.1",
  moon: "M16 11.5A6.5 6.5 0 0 1 8.5 4a6.5 6.5 0 1 0 7.5 7.5z",
  wall: "M3 16.5h14M3 11.5h14M3 6.5h14M3 6.5v10M17 6.5v10M8 6.5v5M12 11.5v5M6 6.5V4h3v2.5M11 6.5V4h3v2.5",
  data: "M4 5.5c0-1.4 2.7-2.2 6-2.2s6 .8 6 2.2-2.7 2.2-6 2.2-6-.8-6-2.2zM4 5.5v9c0 1.4 2.7 2.2 6 2.2s6-.8 6-2.2v-9M4 10c0 1.4 2.7 2.2 6 2.2s6-.8 6-2.2",
  train: "M3 3.5v13h14M5.5 6c2 6 5 8 11 8.2",
  understand: "M9 3.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11M13 13l4 4M9 6.5v5M6.5 9h5",
  code: "M7 5.5L2.5 10 7 14.5M13 5.5l4.5 4.5-4.5 4.5",
  lesson: "M2.5 7.5L10 4l7.5 3.5L10 11zM5.5 9v4.2c2.5 2 6.5 2 9 0V9",
  home: "M10 3v10M6 9.2l4 4 4-4M3.5 16.5h13",
  close: "M5 5l10 10M15 5L5 15",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 20 }: { name: IconName; size?: number | undefined }) {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path
        d={PATHS[name]}
        fill={name === "play" ? "currentColor" : "none"}
        stroke="currentColor"
        stroke-width="1.7"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}

/** A button with an icon alone; `title`: its tooltip, if it needs one. */
export function IconButton({
  icon,
  label,
  title,
  size,
  class: css = "",
  disabled = false,
  onClick,
}: {
  icon: IconName;
  label: string;
  title?: string;
  size?: number;
  class?: string;
  disabled?: boolean;
  onClick: () => void;
}) {
  return (
    <button
      type="button"
      class={`button icon quiet ${css}`}
      disabled={disabled}
      title={title}
      aria-label={label}
      onClick={onClick}
    >
      <Icon name={icon} size={size} />
    </button>
  );
}

/** The brand: a small brick of the lesson's colours. */
export function Brand() {
  return (
    <svg width="28" height="28" viewBox="0 0 28 28" aria-hidden="true" focusable="false">
      <g stroke="#1F2933" stroke-width="1.2">
        <path d="M6 6h5v3H6zM17 6h5v3h-5z" fill="#2166AC" />
        <path d="M3 9h22v5H3z" fill="#2166AC" />
        <path d="M3 14h22v4.5H3z" fill="#A50F15" />
        <path d="M3 18.500h11V25H3z" fill="#3DAA5C" />
        <path d="M14 18.500h11V25H14z" fill="#FFD43B" />
      </g>
    </svg>
  );
}
