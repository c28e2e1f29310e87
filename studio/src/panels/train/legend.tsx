/** What colours and shapes mean: the classes, or numbers from low to high; filled and hollow points. */

import { amount } from "../../data/amount.ts";
import type { Prepared } from "../../data/table.ts";
import { targetScale } from "../../data/units.ts";
import { validatedElsewhere } from "../../state/store.ts";
import { dark } from "../../state/view.ts";
import { t } from "../../words/words.ts";
import { shownName } from "../names.ts";
import { CLASSES, classColour, css, deeper, diverging } from "./colours.ts";
import { targetRange } from "./grid.ts";
import { shapeOf } from "./marks.ts";
import { inUnits } from "./ticks.ts";

function Mark({ index, hollow = false }: { index: number; hollow?: boolean }) {
  return (
    <svg viewBox="-5 -5 10 10" aria-hidden="true" class={hollow ? "hollow" : ""}>
      <path d={shapeOf(index)} />
    </svg>
  );
}

function Numbers({ data }: { data: Prepared }) {
  const { low, high } = inUnits(targetRange(data.training), targetScale(data));
  const isDark = dark.value;
  const shades = [-1, -0.5, 0, 0.5, 1].map((value) => css(diverging(value, isDark))).join(",");
  return (
    <span>
      {shownName(data.target)} {amount(low, high - low)}
      <i style={{ background: `linear-gradient(90deg, ${shades})` }} />
      {amount(high, high - low)}
    </span>
  );
}

/** `shaded`: colours mean the target; without, only filled and hollow points mean something. */
export function Legend({ data, shaded }: { data: Prepared; shaded: boolean }) {
  const markColour = (index: number) =>
    dark.value ? classColour(index) : deeper(classColour(index));
  return (
    <p class="train-legend hint">
      {shaded && data.task === "regression" && <Numbers data={data} />}
      {data.classes.slice(0, CLASSES.length).map((name, index) => (
        <span key={name} style={{ "--mark": css(markColour(index)) }}>
          <Mark index={index} />
          {shownName(name)}
        </span>
      ))}
      {validatedElsewhere.value ? (
        <span>
          <Mark index={0} />
          {data.validation && <Mark index={0} hollow />} {t("train.given")}
        </span>
      ) : (
        <>
          <span>
            <Mark index={0} /> {t("train.training")}
          </span>
          {data.validation && (
            <span>
              <Mark index={0} hollow /> {t("train.validation")}
            </span>
          )}
        </>
      )}
    </p>
  );
}
