/** Right and wrong: the confusion matrix of classes; of numbers, predicted against true. */

import { computed } from "@preact/signals";
import { percent } from "../../data/amount.ts";
import { baselineOf } from "../../data/baseline.ts";
import { answers, confusion, judged } from "../../state/live.ts";
import { prepared } from "../../state/store.ts";
import { t } from "../../words/words.ts";
import { shownName } from "../names.ts";
import { openCell } from "../understand/cell.ts";
import { Fit } from "./fit.tsx";

const MOST_CLASSES = 12; // of more, no matrix is readable

/** Of the rows that are judged, which may be a sample. */
const baseline = computed(() =>
  prepared.value && judged.value ? baselineOf(prepared.value, judged.value.rows) : null,
);

/** What one gets without looking at inputs. */
function Compared() {
  const base = baseline.value;
  const data = prepared.value;
  const seen = judged.value;
  if (!base || !data || !seen) return null;
  const set = t(`train.${seen.set}`);
  const { accuracy } = base.scores;
  return (
    <p class="hint">
      {accuracy === undefined
        ? t("train.baseline.numbers")
        : t("train.baseline.classes", {
            name: shownName(data.classes[base.answer]),
            share: percent(accuracy),
          })}
      {seen.of > seen.rows.rows &&
        ` ${t("train.sample", { n: seen.rows.rows, all: seen.of, set })}`}
    </p>
  );
}

/** Of two classes, what is found of the rarer one: "always the other" is right often, and finds none. */
function Rarer({
  counts,
  names,
}: {
  counts: readonly (readonly number[])[];
  names: readonly string[];
}) {
  const base = baseline.value;
  if (!base || names.length !== 2) return null;
  const [often, rare] = [base.answer, 1 - base.answer];
  return (
    <p>
      {t("train.confusion.rarer", {
        name: names[rare],
        found: counts[rare][rare],
        all: counts[rare][rare] + counts[rare][often],
        alarms: counts[often][rare],
      })}
    </p>
  );
}

function Confusion() {
  const found = confusion.value;
  const names = (prepared.value?.classes ?? []).map(shownName);
  if (!found || names.length > MOST_CLASSES) return null;
  const set = t(`train.${found.set}`);
  const short = names.length > 4;
  return (
    <section class="train-part">
      <h2>{t("train.confusion")}</h2>
      <p class="hint">
        {t("train.confusion.hint", {
          right: found.right,
          all: found.all,
          set,
          share: percent(found.right / found.all),
        })}
      </p>
      <Compared />
      <Rarer counts={found.counts} names={names} />
      <div class="train-matrix-place">
        <table class={short ? "train-matrix short" : "train-matrix"}>
          <thead>
            <tr>
              <td />
              {names.map((name) => (
                <th key={name} scope="col" title={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {found.counts.map((row, i) => {
              const all = row.reduce((a, b) => a + b, 0) || 1;
              return (
                <tr key={names[i]}>
                  <th scope="row" title={names[i]}>
                    {names[i]}
                  </th>
                  {row.map((count, j) => (
                    <td
                      key={names[j]}
                      class={i === j ? "right" : "wrong"}
                      style={{ "--share": Math.round((100 * count) / all) / 100 }}
                    >
                      {count ? (
                        <button
                          type="button"
                          title={t("train.confusion.cell")}
                          aria-label={`${t("understand.cell", { truth: names[i], answer: names[j] })}: ${count}. ${t("train.confusion.cell")}`}
                          onClick={() => openCell({ truth: i, answer: j })}
                        >
                          {count}
                        </button>
                      ) : (
                        "·"
                      )}
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

export function Judged() {
  const data = prepared.value;
  if (data?.task !== "regression") return <Confusion />;
  const seen = judged.value;
  const outputs = answers.value;
  if (!seen || outputs?.length !== seen.rows.rows) return null; // of a wall that was changed since
  return (
    <Fit data={data} seen={seen} outputs={outputs}>
      <Compared />
    </Fit>
  );
}
