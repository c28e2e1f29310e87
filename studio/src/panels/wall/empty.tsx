/** What an empty wall says: where a brick goes, and a first network by one click. */
import { useEffect, useRef } from "preact/hooks";
import { LESSON, project } from "../../state/store.ts";
import { places } from "../../wall/shapes.ts";
import { t } from "../../words/words.ts";
import { build, repaired } from "./actions.ts";
import { FigurePicture } from "./pictures.tsx";

const FIGURE = 104; // px: it greets on a first visit

/** `middle` and `bottom` are where the studs are, from the edges of the wall. */
export function Empty({ middle, bottom, low }: { middle: number; bottom: number; low: boolean }) {
  const element = useRef<HTMLDivElement>(null);
  // On a low stage the names of the inputs would otherwise be all that is seen.
  useEffect(() => element.current?.scrollIntoView({ block: "nearest" }), [bottom, low]);
  const { wall } = project.value;
  const sizes = [
    wall.inputs,
    ...places(repaired({ ...wall, bricks: LESSON() })).map((place) => place.outputs),
  ];
  return (
    <div
      ref={element}
      class={`wall-empty ${low ? "low" : ""}`}
      style={{ left: `${middle}px`, bottom: `${bottom}px` }}
    >
      {!low && <FigurePicture height={FIGURE} />}
      <p class="wall-empty-where">{t("wall.empty.drag")}</p>
      <p class="hint">{t("wall.empty.or")}</p>
      <button type="button" class="button primary" onClick={() => build(LESSON())}>
        {t("wall.empty.lesson", { sizes: sizes.join(" – ") })}
      </button>
    </div>
  );
}
