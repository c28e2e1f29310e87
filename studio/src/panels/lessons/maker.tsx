/** A teacher makes a lesson: its steps and checks; the wall and the data are those of the page. */
import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { writeProject } from "../../files/project.ts";
import { cleanName, saveFile } from "../../files/save.ts";
import { type Check, contradiction, met, type State } from "../../lessons/checks.ts";
import { inLanguage, type Lesson, type Step } from "../../lessons/lesson.ts";
import { LIMITS, plainLesson } from "../../lessons/read.ts";
import { said } from "../../lessons/said.ts";
import { level, prepared, project } from "../../state/store.ts";
import type { Value } from "../../wall/wall.ts";
import { language, t } from "../../words/words.ts";
import { whyNot } from "../export/bring.ts";
import { LinkField, linkOf } from "../link.tsx";
import { beginLesson, OPENED } from "./begin.ts";
import { CheckForm, freshCheck } from "./check.tsx";

interface DraftStep {
  readonly id: number; // stays while steps are moved
  readonly text: string;
  readonly hint: string;
  readonly checks: readonly Check[];
}

interface Draft {
  readonly title: string;
  readonly steps: readonly DraftStep[];
}

let counter = 0;

/** Returns a step that asks for a brick more: a wall trains by itself, so that epochs would pass unearned. */
function freshStep(): DraftStep {
  counter += 1;
  const value = Math.min(64, project.value.wall.bricks.length + 1);
  const wanted: Check = { kind: "bricks", config: { value } };
  return { id: counter, text: "", hint: "", checks: [wanted] };
}

/** It outlives the dialog: a teacher tries the lesson, and goes on. */
const draft = signal<Draft>({ title: "", steps: [] });

/** Begins a lesson of one step, or goes on with the one that was begun. */
export function beginDraft(): void {
  if (!draft.value.steps.length) draft.value = { ...draft.value, steps: [freshStep()] };
}

function changeStep(at: number, change: Partial<DraftStep>): void {
  const { steps } = draft.value;
  draft.value = { ...draft.value, steps: steps.with(at, { ...steps[at], ...change }) };
}

function moveUp(at: number): void {
  const { steps } = draft.value;
  draft.value = { ...draft.value, steps: steps.with(at - 1, steps[at]).with(at, steps[at - 1]) };
}

const isUnfinished = ({ title, steps }: Draft) =>
  !title.trim() || !steps.every(({ text }) => text.trim());

/** Returns the lesson of the draft, in the language of the page; null while a text is missing, or checks contradict each other. */
function lessonOf({ title, steps }: Draft): Lesson | null {
  const inOwn = (text: string) => ({ [language.value]: text.trim() });
  if (isUnfinished({ title, steps })) return null;
  if (steps.some(({ checks }) => contradiction(checks))) return null;
  const { wall, data } = project.value;
  return {
    id: `own ${title.trim()}`.slice(0, LIMITS.id),
    title: inOwn(title),
    steps: steps.map(
      ({ text, hint, checks }): Step => ({
        text: inOwn(text),
        ...(hint.trim() && { hint: inOwn(hint) }),
        checks,
      }),
    ),
    start: { wall, data, detail: level.value },
  };
}

/** Whether texts that are missing are to be marked: not before one has begun to write. */
const isBegun = ({ title, steps }: Draft) =>
  title.trim() !== "" || steps.some(({ text }) => text.trim());

/** The page as a pupil has it who opens the lesson: nothing is trained yet, and nothing kept. */
const atStart = (): State => ({
  wall: project.value.wall,
  source: project.value.data.source,
  trainingRows: prepared.value?.training.rows ?? null,
  kept: 0,
  detail: level.value,
  panels: OPENED,
  settled: true,
  epoch: 0,
  logs: {},
  dead: null,
  weight: null,
});

/** What is to be known of the checks of a step: that none meets them, or that nothing is to be done. */
function Remark({ checks }: { checks: readonly Check[] }) {
  const against = contradiction(checks);
  if (against) {
    const [one, other] = against.map(said);
    return <p class="fault">{t("lesson.make.against", { one, other })}</p>;
  }
  const isMet = checks.length > 0 && checks.every((check) => met(check, atStart()));
  return isMet && <p class="hint">{t("lesson.make.met")}</p>;
}

function StepForm({ step, at }: { step: DraftStep; at: number }) {
  const { steps } = draft.value;
  const nth = at + 1;
  const isMissing = isBegun(draft.value) && !step.text.trim();
  return (
    <fieldset class="lesson-form">
      <legend>{t("lesson.make.step", { step: nth })}</legend>
      <label class="field">
        <span>{t("lesson.make.text")}</span>
        <textarea
          class="input"
          rows={3}
          maxLength={LIMITS.text}
          placeholder={t("lesson.make.text.sample")}
          value={step.text}
          aria-invalid={isMissing}
          onInput={(event) => changeStep(at, { text: event.currentTarget.value })}
        />
        {isMissing && <span class="lesson-missing-text">{t("lesson.make.missing")}</span>}
      </label>
      <label class="field">
        <span>{t("lesson.make.hint")}</span>
        <input
          class="input"
          maxLength={LIMITS.hint}
          value={step.hint}
          onInput={(event) => changeStep(at, { hint: event.currentTarget.value })}
        />
      </label>
      <h3>{t("lesson.make.checks")}</h3>
      {step.checks.length === 0 && <p class="hint">{t("lesson.make.check.none")}</p>}
      {step.checks.map((check, i) => (
        <CheckForm
          key={i}
          check={check}
          change={(changed) => changeStep(at, { checks: step.checks.with(i, changed) })}
          remove={() => changeStep(at, { checks: step.checks.toSpliced(i, 1) })}
        />
      ))}
      <Remark checks={step.checks} />
      <div class="lesson-buttons">
        {step.checks.length < LIMITS.checks && (
          <button
            type="button"
            class="button"
            onClick={() => changeStep(at, { checks: [...step.checks, freshCheck("bricks")] })}
          >
            {t("lesson.make.check.add")}
          </button>
        )}
        {at > 0 && (
          <button type="button" class="button quiet" onClick={() => moveUp(at)}>
            {t("lesson.make.up", { step: nth })}
          </button>
        )}
        {steps.length > 1 && (
          <button
            type="button"
            class="button quiet"
            onClick={() => {
              draft.value = { ...draft.value, steps: steps.toSpliced(at, 1) };
            }}
          >
            {t("lesson.make.remove", { step: nth })}
          </button>
        )}
      </div>
    </fieldset>
  );
}

/** Saves the lesson as a project file, which opens on any computer; returns its name, or why there is none. */
function saveLesson(lesson: Lesson): string {
  const name = cleanName(inLanguage(lesson.title, language.value), "brickwork");
  const { wall, data } = lesson.start;
  const project = { name: name.replace(/\.brickwork$/, ""), wall, data };
  try {
    const content = { project, trained: null, history: [], lesson: plainLesson(lesson) as Value };
    saveFile(name, writeProject(content), "application/octet-stream");
    return t("lesson.make.saved", { name });
  } catch (error) {
    return whyNot(error);
  }
}

function Share({ lesson, close }: { lesson: Lesson; close: () => void }) {
  const [told, setTold] = useState("");
  return (
    <div class="lesson-share">
      <LinkField
        link={linkOf({ lesson: plainLesson(lesson) as Value })}
        words="lesson.link"
        beside={
          <>
            <button
              type="button"
              class="button"
              onClick={() => {
                close();
                beginLesson(lesson);
              }}
            >
              {t("lesson.make.try")}
            </button>
            <button type="button" class="button" onClick={() => setTold(saveLesson(lesson))}>
              {t("lesson.make.file")}
            </button>
          </>
        }
      />
      <p class="hint" role="status">
        {told}
      </p>
    </div>
  );
}

export function LessonMaker({ back, close }: { back: () => void; close: () => void }) {
  const { title, steps } = draft.value;
  const lesson = lessonOf(draft.value);
  const isUntitled = isBegun(draft.value) && !title.trim();
  return (
    <>
      <p class="hint">{t("lesson.make.about")}</p>
      <label class="field">
        <span>{t("lesson.make.title")}</span>
        <input
          class="input"
          maxLength={LIMITS.title}
          placeholder={t("lesson.make.title.sample")}
          value={title}
          aria-invalid={isUntitled}
          onInput={(event) => {
            draft.value = { ...draft.value, title: event.currentTarget.value };
          }}
        />
        {isUntitled && <span class="lesson-missing-text">{t("lesson.make.missing")}</span>}
      </label>
      {steps.map((step, at) => (
        <StepForm key={step.id} step={step} at={at} />
      ))}
      {steps.length < LIMITS.steps && (
        <button
          type="button"
          class="button lesson-make"
          onClick={() => {
            draft.value = { ...draft.value, steps: [...steps, freshStep()] };
          }}
        >
          {t("lesson.make.add")}
        </button>
      )}
      {lesson ? (
        <Share lesson={lesson} close={close} />
      ) : (
        <p class="hint">
          {t(isUnfinished(draft.value) ? "lesson.make.empty" : "lesson.make.mend")}
        </p>
      )}
      <div class="lesson-buttons">
        <button type="button" class="button quiet" onClick={back}>
          {t("lesson.make.back")}
        </button>
      </div>
    </>
  );
}
