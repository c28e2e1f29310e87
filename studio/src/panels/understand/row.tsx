/** Which row goes through the wall: of the data, or made by hand; and what the wall answers. */

import type { Prepared } from "../../data/table.ts";
import { targetScale } from "../../data/units.ts";
import { prepared, project } from "../../state/store.ts";
import { short } from "../../understand/numbers.ts";
import { inUnits, scaled } from "../../understand/rows.ts";
import { lastActivation } from "../../wall/shapes.ts";
import { t } from "../../words/words.ts";
import { IconButton } from "../icons.tsx";
import { shownName } from "../names.ts";
import { answerOf, targetDifference, truthOf } from "./answer.ts";
import { step } from "./cell.ts";
import { Inputs } from "./inputs.tsx";
import { Origin } from "./origin.tsx";
import { cell, change, chosenRows, explained, pick, picked, type RowSet, row } from "./state.ts";
import { ToWrong } from "./wrong.tsx";

function Choice({ data }: { data: Prepared }) {
  const chosen = chosenRows.value;
  if (!chosen) return null;
  const { set, rows } = chosen;
  const index = Math.min(picked.value.index, rows.rows - 1);
  const go = (direction: 1 | -1) => {
    if (cell.value && step(cell.value, direction)) return;
    pick(set, (index + direction + rows.rows) % rows.rows);
  };
  return (
    <div class="understand-choice">
      {data.validation && (
        <select
          class="input"
          aria-label={t("understand.set")}
          value={set}
          onChange={(event) => pick(event.currentTarget.value as RowSet, 0)}
        >
          <option value="validation">{t("understand.set.validation")}</option>
          <option value="training">{t("understand.set.training")}</option>
        </select>
      )}
      <button
        type="button"
        class="button icon"
        aria-label={t("understand.previous")}
        title={t("understand.previous")}
        onClick={() => go(-1)}
      >
        ‹
      </button>
      <label class="understand-index">
        <span class="visually-hidden">{t("understand.index")}</span>
        <input
          class="input"
          type="number"
          min={1}
          max={rows.rows}
          value={index + 1}
          onChange={(event) => {
            const typed = event.currentTarget.valueAsNumber;
            if (Number.isInteger(typed) && typed >= 1 && typed <= rows.rows) pick(set, typed - 1);
            else event.currentTarget.value = String(index + 1);
          }}
        />
        <span class="hint">/ {rows.rows}</span>
      </label>
      <button
        type="button"
        id="understand-following"
        class="button icon"
        aria-label={t("understand.following")}
        title={t("understand.following")}
        onClick={() => go(1)}
      >
        ›
      </button>
      <button
        type="button"
        class="button"
        onClick={() => pick(set, Math.floor(Math.random() * rows.rows))}
      >
        {t("understand.random")}
      </button>
      <ToWrong data={data} />
    </div>
  );
}

/** Says that the arrows go through the rows of one cell alone, and ends it. */
function OfCell({ data }: { data: Prepared }) {
  const now = cell.value;
  if (!now) return null;
  const [truth, answer] = [now.truth, now.answer].map((index) => shownName(data.classes[index]));
  return (
    <p class="understand-cell">
      {t("understand.cell", { truth, answer })}
      <IconButton
        icon="close"
        size={14}
        label={t("understand.cell.all")}
        title={t("understand.cell.all")}
        onClick={() => pick(picked.value.set, picked.value.index)}
      />
    </p>
  );
}

/** The true answer of a row that was made by hand. */
function Wanted({ data }: { data: Prepared }) {
  const now = row.value;
  if (!now) return null;
  const label = t("understand.wanted", { target: shownName(data.target) });
  const scale = targetScale(data);
  return (
    <div class="understand-wanted">
      <span aria-hidden="true">{label}</span>
      {data.task === "regression" ? (
        <input
          class="input"
          type="number"
          step="any"
          aria-label={label}
          value={inUnits(now.y, scale)}
          onChange={(event) => {
            const typed = scaled(event.currentTarget.valueAsNumber, scale);
            if (Number.isFinite(typed)) change({ y: typed });
          }}
        />
      ) : (
        <select
          class="input"
          aria-label={label}
          value={now.y}
          onChange={(event) => change({ y: Number(event.currentTarget.value) })}
        >
          {data.classes.map((name, index) => (
            <option key={name} value={index}>
              {shownName(name)}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}

function Answered({ data }: { data: Prepared }) {
  const now = row.value;
  const passed = explained.value;
  if (!now || !passed) return null;
  const { said, sureness, right } = answerOf(
    data,
    passed.outputs,
    now.y,
    lastActivation(project.value.wall),
  );
  return (
    <dl class="understand-answer">
      <div>
        <dt>{t("understand.true")}</dt>
        <dd>{truthOf(data, now.y)}</dd>
      </div>
      <div>
        <dt>{t("understand.answer")}</dt>
        <dd>
          {said}
          {sureness !== null && <small> {(100 * sureness).toFixed(0)}%</small>}
          {right !== null && (
            <i
              class={right ? "good" : "bad"}
              role="img"
              aria-label={t(right ? "understand.right" : "understand.false")}
            >
              {right ? " ✓" : " ✗"}
            </i>
          )}
        </dd>
      </div>
      {data.task === "regression" && (
        <div>
          <dt>{t("understand.difference")}</dt>
          <dd>{targetDifference(data, passed.outputs[0] - now.y)}</dd>
        </div>
      )}
      <div>
        <dt>{t("understand.loss")}</dt>
        <dd>{short(passed.loss)}</dd>
      </div>
    </dl>
  );
}

export function RowPart() {
  const data = prepared.value;
  const now = row.value;
  if (!data || !now) return null;
  return (
    <section class="understand-part">
      <h2>{t("understand.row")}</h2>
      <Choice data={data} />
      <OfCell data={data} />
      {/* It stays while the row is changed: what follows would jump from under the pointer. */}
      <Origin data={data} />
      <Inputs data={data} />
      {now.byHand && (
        <div class="understand-own">
          <span class="hint">{t("understand.byhand")}</span>
          <Wanted data={data} />
          <button
            type="button"
            class="button"
            onClick={() => pick(picked.value.set, picked.value.index)}
          >
            {t("understand.undo")}
          </button>
        </div>
      )}
      <Answered data={data} />
    </section>
  );
}
