/** A weight in the hand: a slider, a number, and what changes with it. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { judged } from "../../state/live.ts";
import { prepared, project } from "../../state/store.ts";
import { short } from "../../understand/numbers.ts";
import { lastActivation } from "../../wall/shapes.ts";
import { t } from "../../words/words.ts";
import { answerOf } from "./answer.ts";
import { after, before, type Effect, hand, justTaken, putBack, set } from "./hand.ts";
import { row } from "./state.ts";

function Change({ label, was, is }: { label: string; was: string; is: string }) {
  return (
    <tr class={was === is ? "" : "changed"}>
      <th scope="row">{label}</th>
      <td>{was}</td>
      <td>{is}</td>
    </tr>
  );
}

function Changes({ was, is }: { was: Effect; is: Effect }) {
  const data = prepared.value;
  const one = row.value;
  const set = judged.value;
  if (!data || !one || !set) return null;
  const answer = ({ answer: outputs }: Effect) => {
    const { said, sureness } = answerOf(data, outputs, one.y, lastActivation(project.value.wall));
    return sureness === null ? said : `${said} ${(100 * sureness).toFixed(1)}%`;
  };
  const rows = t(`understand.set.${set.set}`);
  const n =
    set.of > set.rows.rows
      ? t("understand.some", { n: set.rows.rows, all: set.of })
      : set.rows.rows;
  return (
    <table class="understand-changes">
      <thead>
        <tr>
          <td />
          <th scope="col">{t("understand.before")}</th>
          <th scope="col">{t("understand.now")}</th>
        </tr>
      </thead>
      <tbody>
        <Change label={t("understand.answer")} was={answer(was)} is={answer(is)} />
        <Change label={t("understand.loss.row")} was={short(was.loss)} is={short(is.loss)} />
        <Change
          label={t("understand.loss.set", { rows, n })}
          was={short(was.setLoss)}
          is={short(is.setLoss)}
        />
        {was.right !== null && is.right !== null && (
          <Change
            label={t("understand.right.set", { rows, n })}
            was={String(was.right)}
            is={String(is.right)}
          />
        )}
      </tbody>
    </table>
  );
}

/** Where a finger points, the focus would cover half of the page with a keyboard. */
const isCoarse = () => matchMedia("(pointer: coarse)").matches;

export function HandPart() {
  const number = useRef<HTMLInputElement>(null);
  // Whoever takes a weight in the hand may type its number at once; it may be shown again later.
  useLayoutEffect(() => {
    if (!justTaken() || isCoarse()) return;
    number.current?.focus();
    number.current?.select();
  }, []);
  const held = hand.value;
  if (!held) return null;
  const reach = Math.max(held.reach, Math.abs(held.value));
  const [was, is] = [before.value, after.value];
  return (
    <div class="understand-hand">
      <div class="understand-slider">
        <span>{t("understand.weight")}</span>
        <input
          type="range"
          aria-label={t("understand.weight")}
          min={-reach}
          max={reach}
          step="any"
          value={held.value}
          aria-valuetext={short(held.value)}
          onInput={(event) => set(event.currentTarget.valueAsNumber)}
        />
        <input
          ref={number}
          class="input"
          type="number"
          step="any"
          aria-label={t("understand.weight")}
          value={Number(held.value.toPrecision(4))}
          onChange={(event) => set(event.currentTarget.valueAsNumber)}
        />
      </div>
      {was && is ? (
        <>
          <Changes was={was} is={is} />
          <button type="button" class="button" onClick={putBack}>
            {t("understand.putback")}
          </button>
        </>
      ) : (
        <p class="hint">{t("understand.hand")}</p>
      )}
    </div>
  );
}
