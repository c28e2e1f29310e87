/** Why bricks do not fit, in the gap where it shows, with the repair that helps. */
import { useEffect, useRef } from "preact/hooks";
import type { Misfit } from "../../wall/shapes.ts";
import { t } from "../../words/words.ts";
import { repair as mend } from "./actions.ts";

/** Returns the gap in which a misfit is told: below a brick, or, for what it answers, above it. */
export function slotOf(problem: Misfit): number {
  if (problem.at < 0) return 0;
  return problem.warning ? problem.at + 1 : problem.at;
}

interface BubblesProps {
  readonly problems: readonly Misfit[];
  readonly style: { readonly left: string; readonly bottom: string; readonly width: string };
  readonly measured: (height: number) => void;
}

export function Bubbles({ problems, style, measured }: BubblesProps) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => measured(entry.borderBoxSize[0].blockSize));
    if (element.current) observer.observe(element.current);
    return () => observer.disconnect();
  }, [measured]);
  return (
    <div class="wall-bubbles" ref={element} style={style}>
      {problems.map((problem) => (
        <Bubble key={problem.key} problem={problem} />
      ))}
    </div>
  );
}

function Bubble({ problem: { key, values, repair, instead, warning } }: { problem: Misfit }) {
  return (
    <div class={`wall-bubble ${warning ? "warning" : ""}`} role="status">
      <p>{t(key, values)}</p>
      {[instead, repair].map(
        (one) =>
          one && (
            <button key={one.key} type="button" class="button" onClick={() => mend(one)}>
              {t(one.key, one.values)}
            </button>
          ),
      )}
    </div>
  );
}
