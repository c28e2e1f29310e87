/** Right and wrong: the confusion matrix of classes; of numbers, predicted against true. */
import { useEffect, useRef } from "preact/hooks";
import { answers, confusion, judged } from "../../state/live.ts";
import { prepared } from "../../state/store.ts";
import { dark } from "../../state/view.ts";
import { t } from "../../words/words.ts";

const MOST_CLASSES = 12; // of more, no matrix is readable

function Confusion() {
  const found = confusion.value;
  const names = prepared.value?.classes ?? [];
  if (!found || names.length > MOST_CLASSES) return null;
  const set = t(found.heldOut ? "train.validation" : "train.training");
  const short = names.length > 4;
  return (
    <section class="train-part">
      <h2>{t("train.confusion")}</h2>
      <p class="hint">
        {t("train.confusion.hint", {
          right: found.right,
          all: found.all,
          set,
          share: ((100 * found.right) / found.all).toFixed(1),
        })}
      </p>
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
                      {count || "·"}
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

const SIZE = 240;

function PredictedAndTrue() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const seen = judged.value;
  const outputs = answers.value;
  const isDark = dark.value;
  const y = seen?.rows.y;
  const fits = y && outputs && outputs.length === y.length;
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || !fits) return;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const value of y) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    const margin = (high - low || 1) * 0.06;
    const place = (value: number) =>
      ((value - low + margin) / (high - low + 2 * margin || 1)) * SIZE;
    context.clearRect(0, 0, SIZE, SIZE);
    context.strokeStyle = isDark ? "#6f7b88" : "#8a8f98";
    context.beginPath();
    context.moveTo(0, SIZE);
    context.lineTo(SIZE, 0);
    context.stroke();
    context.fillStyle = isDark ? "#6cb0f0" : "#2166ac";
    context.globalAlpha = 0.6;
    for (let i = 0; i < y.length; i++) {
      context.beginPath();
      context.arc(place(y[i]), SIZE - place(outputs[i]), 2.6, 0, 7);
      context.fill();
    }
    context.globalAlpha = 1;
  }, [fits, y, outputs, isDark]);
  if (!fits || !seen) return null;
  const mean = y.reduce((a, b) => a + b, 0) / y.length;
  let [left, all] = [0, 0];
  for (let i = 0; i < y.length; i++) {
    left += (y[i] - outputs[i]) ** 2;
    all += (y[i] - mean) ** 2;
  }
  const r2 = all ? (1 - left / all).toFixed(3) : "–";
  return (
    <section class="train-part">
      <h2>{t("train.fit")}</h2>
      <p class="hint">
        {t("train.fit.hint", { set: t(seen.heldOut ? "train.validation" : "train.training"), r2 })}
      </p>
      <canvas
        ref={canvas}
        class="train-fit"
        width={SIZE}
        height={SIZE}
        role="img"
        aria-label={t("train.fit")}
      />
    </section>
  );
}

export function Judged() {
  return prepared.value?.task === "regression" ? <PredictedAndTrue /> : <Confusion />;
}
