/** The open lesson, above the wall: what to do, and what of it is done. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Check, met, settings } from "../../lessons/checks.ts";
import { GUIDED } from "../../lessons/guided.ts";
import {
  asksTraining,
  inLanguage,
  type Lesson,
  pieces,
  type Said,
  type Step,
  stepMet,
  wantsTraining,
} from "../../lessons/lesson.ts";
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
import { status } from "../../state/store.ts";
import { language, t } from "../../words/words.ts";
import { useFocusKept } from "../focus.ts";
import { IconButton } from "../icons.tsx";
import { beginLesson } from "./begin.ts";
import { openMenu } from "./menu.tsx";
import { seen } from "./seen.ts";

function Text({ said: text }: { said: Said }) {
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
  const tells = !done || settings(check).is !== "exactly";
  const now = tells ? nowSaid(check, seen.value) : null;
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

function Checks({ step }: { step: Step }) {
  return (
    <ul class="lesson-checks">
      {step.checks.map((check) => (
        <CheckLine key={JSON.stringify(check)} check={check} />
      ))}
    </ul>
  );
}

/** What is missing where all that can be built is there. Its place is kept, or the wall below would jump. */
function Missing({ step }: { step: Step }) {
  if (!asksTraining(step)) return null;
  const wants = wantsTraining(step, seen.value) && !stepMet(step, seen.value);
  return (
    <p class="lesson-missing lesson-either">
      <span hidden={!wants || status.value !== "ready"}>{t("lesson.train")}</span>
      <span hidden={!wants || status.value !== "running"}>{t("lesson.trains")}</span>
    </p>
  );
}

function Next({ one, step, done }: { one: Lesson; step: Step; done: boolean }) {
  const at = one.steps.indexOf(step);
  const last = at === one.steps.length - 1;
  const passed = done || reached.value.has(at);
  return (
    <button type="button" class={done ? "button primary" : "button"} onClick={() => goTo(at + 1)}>
      {t(!passed ? "lesson.skip" : last ? "lesson.finish" : "lesson.next")}
    </button>
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
          class={
            step === lessonStep.value
              ? `here ${stepMet(one.steps[step], seen.value) ? "done" : ""}`
              : reached.value.has(step)
                ? "done"
                : ""
          }
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
      <IconButton
        icon="close"
        size={18}
        label={t("lesson.quit")}
        title={t("lesson.quit")}
        onClick={closeLesson}
      />
    </div>
  );
}

/** The step that is open; folded, what it asks for alone. */
function StepView({ one, open }: { one: Lesson; open: boolean }) {
  const at = lessonStep.value;
  const step = one.steps[at];
  const done = stepMet(step, seen.value);
  const [hinted, setHinted] = useState(false);
  useEffect(() => {
    if (done) reach();
  });
  if (!open)
    return (
      <div class="lesson-foot folded">
        <Checks step={step} />
        {done && <Next one={one} step={step} done={done} />}
      </div>
    );
  return (
    <>
      <div class="lesson-either">
        <p class="lesson-text" aria-live="polite" tabIndex={-1} hidden={hinted}>
          <Text said={step.text} />
        </p>
        {step.hint && (
          <p class="lesson-hint" hidden={!hinted}>
            <Text said={step.hint} />
          </p>
        )}
      </div>
      <div class="lesson-foot">
        <Checks step={step} />
        <Missing step={step} />
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
          <Next one={one} step={step} done={done} />
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
      <p class="lesson-text" role="status" tabIndex={-1}>
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

/** `folded`: above a panel that needs the room, with its text folded away at first. */
export function LessonGuide({ folded = false }: { folded?: boolean }) {
  const one = lesson.value;
  return one && <Guide one={one} folded={folded} />;
}

function Guide({ one, folded }: { one: Lesson; folded: boolean }) {
  const [open, setOpen] = useState(!folded);
  // A new step says what to do, also where the one before was folded away.
  const step = lessonStep.value;
  const last = useRef(step);
  useLayoutEffect(() => {
    if (last.current !== step) setOpen(true);
    last.current = step;
  }, [step]);
  const root = useRef<HTMLElement>(null);
  // The next step's text takes the place of the button that led to it.
  useFocusKept(root, () => root.current?.querySelector<HTMLElement>(".lesson-text"));
  return (
    <section
      ref={root}
      class="lesson-guide"
      aria-label={t("lesson.guide", { title: inLanguage(one.title, language.value) })}
    >
      <Head one={one} open={open} fold={() => setOpen(!open)} />
      {finished.value ? (
        open && <Finished one={one} />
      ) : (
        <StepView key={`${one.id} ${step}`} one={one} open={open} />
      )}
    </section>
  );
}
