/** The open lesson, above the wall: what to do, and what of it is done. */
import { useEffect, useState } from "preact/hooks";
import { type Check, met } from "../../lessons/checks.ts";
import { GUIDED } from "../../lessons/guided.ts";
import { inLanguage, type Lesson, pieces, type Said, stepMet } from "../../lessons/lesson.ts";
import { nowSaid, said } from "../../lessons/said.ts";
import {
  closeLesson,
  finished,
  goTo,
  lesson,
  lessonStep,
  reach,
  reached,
} from "../../lessons/state.ts";
import { language, t } from "../../words/words.ts";
import { Icon } from "../icons.tsx";
import { beginLesson } from "./begin.ts";
import { openMenu } from "./menu.tsx";
import { seen } from "./seen.ts";

export function Text({ said: text }: { said: Said }) {
  return (
    <>
      {pieces(inLanguage(text, language.value)).map(({ kind, text: piece }, i) => {
        const key = `${i} ${piece}`;
        if (kind === "code") return <code key={key}>{piece}</code>;
        return kind === "strong" ? <b key={key}>{piece}</b> : piece;
      })}
    </>
  );
}

function CheckLine({ check }: { check: Check }) {
  const done = met(check, seen.value);
  const now = done ? null : nowSaid(check, seen.value);
  return (
    <li class={done ? "lesson-check done" : "lesson-check"}>
      <svg
        width="16"
        height="16"
        viewBox="0 0 16 16"
        role="img"
        aria-label={t(done ? "lesson.met" : "lesson.unmet")}
      >
        <circle cx="8" cy="8" r="6.500" />
        <path d="M4.800 8.300l2.300 2.300 4.200-4.800" />
      </svg>
      <span>{said(check)}</span>
      {now && <span class="lesson-now">{now}</span>}
    </li>
  );
}

function Steps({ one }: { one: Lesson }) {
  const n = one.steps.length;
  const shown = Math.min(lessonStep.value + 1, n);
  return (
    <span class="lesson-dots" role="img" aria-label={t("lesson.step", { step: shown, n })}>
      {one.steps.map((_, step) => (
        <i
          key={step}
          class={`${reached.value.has(step) ? "done" : ""} ${step === lessonStep.value ? "here" : ""}`}
        />
      ))}
    </span>
  );
}

function Head({ one, open, fold }: { one: Lesson; open: boolean; fold: () => void }) {
  return (
    <div class="lesson-head">
      <h2>{inLanguage(one.title, language.value)}</h2>
      <Steps one={one} />
      <button
        type="button"
        class="button icon quiet"
        aria-expanded={open}
        aria-label={t(open ? "lesson.fold" : "lesson.unfold")}
        title={t(open ? "lesson.fold" : "lesson.unfold")}
        onClick={fold}
      >
        <svg
          width="18"
          height="18"
          viewBox="0 0 20 20"
          aria-hidden="true"
          class={open ? "" : "lesson-turned"}
        >
          <path d="M5 12.500l5-5 5 5" />
        </svg>
      </button>
      <button
        type="button"
        class="button icon quiet"
        aria-label={t("lesson.quit")}
        title={t("lesson.quit")}
        onClick={closeLesson}
      >
        <Icon name="close" size={18} />
      </button>
    </div>
  );
}

function StepView({ one }: { one: Lesson }) {
  const at = lessonStep.value;
  const step = one.steps[at];
  const done = stepMet(step, seen.value);
  const passed = done || reached.value.has(at);
  const [hinted, setHinted] = useState(false);
  useEffect(() => {
    if (done) reach();
  });
  const last = at === one.steps.length - 1;
  return (
    <>
      <p class="lesson-text" aria-live="polite">
        <Text said={step.text} />
      </p>
      {hinted && step.hint && (
        <p class="lesson-hint">
          <Text said={step.hint} />
        </p>
      )}
      <div class="lesson-foot">
        <ul class="lesson-checks">
          {step.checks.map((check) => (
            <CheckLine key={JSON.stringify(check)} check={check} />
          ))}
        </ul>
        <div class="lesson-buttons">
          {step.hint && (
            <button
              type="button"
              class="button quiet"
              aria-pressed={hinted}
              onClick={() => setHinted(!hinted)}
            >
              {t("lesson.hint")}
            </button>
          )}
          {at > 0 && (
            <button type="button" class="button quiet" onClick={() => goTo(at - 1)}>
              {t("lesson.back")}
            </button>
          )}
          <button
            type="button"
            class={passed ? "button primary" : "button"}
            onClick={() => goTo(at + 1)}
          >
            {t(!passed ? "lesson.skip" : last ? "lesson.finish" : "lesson.next")}
          </button>
        </div>
      </div>
    </>
  );
}

/** The bricks that rain when a lesson is finished. */
const RAIN = [
  "green",
  "yellow",
  "red",
  "blue",
  "green",
  "yellow",
  "green",
  "red",
  "blue",
  "green",
  "yellow",
  "green",
];

function Finished({ one }: { one: Lesson }) {
  const n = one.steps.length;
  const done = reached.value.size;
  const title = inLanguage(one.title, language.value);
  const own = GUIDED.findIndex(({ id }) => id === one.id);
  const next = own < 0 ? undefined : GUIDED[own + 1];
  return (
    <div class="lesson-finished">
      {done === n && (
        <div class="lesson-rain" aria-hidden="true">
          {RAIN.map((colour, i) => (
            <i key={i} class={colour} style={{ "--at": i }} />
          ))}
        </div>
      )}
      <p class="lesson-text" role="status">
        {done === n && <b>{t("lesson.well")} </b>}
        {t(done === n ? "lesson.well.all" : "lesson.well.some", { title, n, done })}
      </p>
      <div class="lesson-buttons">
        <button type="button" class="button quiet" onClick={() => goTo(0)}>
          {t("lesson.again")}
        </button>
        <button type="button" class={next ? "button" : "button primary"} onClick={openMenu}>
          {t("lesson.more")}
        </button>
        {next && (
          <button type="button" class="button primary" onClick={() => beginLesson(next)}>
            {t("lesson.another", { title: inLanguage(next.title, language.value) })}
          </button>
        )}
      </div>
    </div>
  );
}

export function LessonGuide() {
  const one = lesson.value;
  const [open, setOpen] = useState(true);
  if (!one) return null;
  return (
    <section
      class="lesson-guide"
      aria-label={t("lesson.guide", { title: inLanguage(one.title, language.value) })}
    >
      <Head one={one} open={open} fold={() => setOpen(!open)} />
      {open &&
        (finished.value ? (
          <Finished one={one} />
        ) : (
          <StepView key={`${one.id} ${lessonStep.value}`} one={one} />
        ))}
    </section>
  );
}
