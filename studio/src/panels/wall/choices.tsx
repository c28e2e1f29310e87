/** What can be chosen, as a list to go through by keys, from the top of the wall to the baseplate. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { titleOf } from "../../drawing/parts.ts";
import type { Standing } from "../../drawing/standing.ts";
import { chosen, prepared } from "../../state/store.ts";
import type { Place } from "../../wall/shapes.ts";
import type { Wall } from "../../wall/wall.ts";
import { t } from "../../words/words.ts";
import { shownDataName } from "../names.ts";
import { choose } from "./actions.ts";
import { type FigurePlan, figureWords } from "./figure.tsx";
import { onWallKey } from "./keys.ts";
import { drag } from "./state.ts";

export function Choices({
  stands,
  shown,
  wall,
  plan,
}: {
  stands: Standing;
  shown: readonly Place[];
  wall: Wall;
  plan: FigurePlan;
}) {
  const list = useRef<HTMLDivElement>(null);
  useKeyboardFocus(list);
  const bricks = stands.layers.map(({ layer, drawn, y }, k) => ({
    id: shown[k].brick.id,
    label: t("wall.brick", { nth: k + 1, all: shown.length, what: titleOf(layer) }),
    bounds: [drawn.left, y + drawn.top, drawn.right, y] as const,
  }));
  const name = shownDataName();
  const choices = [
    {
      id: "baseplate",
      label: t("wall.baseplate", { name, n: prepared.value?.inputs.length ?? wall.inputs }),
      bounds: stands.baseBounds,
    },
    ...bricks,
    ...(bricks.length
      ? [
          {
            id: "figure",
            label: figureWords(wall),
            bounds: [plan.left, stands.top - plan.height, plan.right, stands.top] as const,
          },
        ]
      : []),
  ].reverse();
  const first = choices.some(({ id }) => id === chosen.value)
    ? chosen.value
    : choices[choices.length - 1].id;
  const [x, y] = stands.bounds;
  return (
    <div
      ref={list}
      class="wall-choices"
      role="listbox"
      aria-label={t("wall.label")}
      aria-orientation="vertical"
      onKeyDown={(event) => {
        if (!onWallKey(event)) return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {choices.map(({ id, label, bounds: [left, top, right, bottom] }) => (
        <div
          key={id}
          class="wall-choice"
          role="option"
          tabIndex={id === first ? 0 : -1}
          aria-selected={chosen.value === id}
          aria-label={label}
          data-choice={id}
          style={{
            left: `${left - x}px`,
            top: `${top - y}px`,
            width: `${right - left}px`,
            height: `${bottom - top}px`,
          }}
          onFocus={() => {
            if (chosen.value !== id && !drag.value) choose(id);
          }}
        />
      ))}
    </div>
  );
}

/** The focus follows what is chosen, as long as it is on the wall. */
function useKeyboardFocus(list: { current: HTMLElement | null }): void {
  useLayoutEffect(() => {
    const root = list.current as HTMLElement;
    if (root.contains(document.activeElement) && chosen.value !== null)
      choiceOf(root, chosen.value)?.focus();
  });
}

/** Returns the entry of the list for a brick, the baseplate or the figure. */
export function choiceOf(root: ParentNode, id: string): HTMLElement | null {
  return root.querySelector(`[data-choice="${CSS.escape(id)}"]`);
}
