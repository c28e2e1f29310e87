/** What an empty wall says: where a brick goes, and a first network by one click. */
import { LESSON, project } from "../../state/store.ts";
import { places } from "../../wall/shapes.ts";
import { t } from "../../words/words.ts";
import { build, repaired } from "./actions.ts";

export function Empty({ bottom }: { bottom: number }) {
  const { wall } = project.value;
  const sizes = [
    wall.inputs,
    ...places(repaired({ ...wall, bricks: LESSON() })).map((place) => place.outputs),
  ];
  return (
    <div class="wall-empty" style={{ bottom: `${bottom}px` }}>
      <p class="wall-empty-where">{t("wall.empty.drag")}</p>
      <p class="hint">{t("wall.empty.or")}</p>
      <button type="button" class="button primary" onClick={() => build(LESSON())}>
        {t("wall.empty.lesson", { sizes: sizes.join(" – ") })}
      </button>
    </div>
  );
}
