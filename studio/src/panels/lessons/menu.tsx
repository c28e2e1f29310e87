/** The lessons, in a dialog: those that come with the page, and one's own. */
import { signal } from "@preact/signals";
import { GUIDED } from "../../lessons/guided.ts";
import { inLanguage, type Lesson } from "../../lessons/lesson.ts";
import { progress } from "../../lessons/state.ts";
import { language, t } from "../../words/words.ts";
import { Dialog } from "../dialog.tsx";
import { Icon } from "../icons.tsx";
import { beginLesson } from "./begin.ts";
import { beginDraft, LessonMaker } from "./maker.tsx";
import { Picture } from "./pictures.tsx";

/** What the dialog shows; null: it is closed. */
const shown = signal<"list" | "maker" | null>(null);

export function openMenu(): void {
  shown.value = "list";
}

function closeMenu(): void {
  shown.value = null;
}

function Entry({ one }: { one: Lesson }) {
  const n = one.steps.length;
  const done = Math.min(progress.value[one.id] ?? 0, n);
  return (
    <li>
      <button
        type="button"
        class="lesson-entry"
        onClick={() => {
          closeMenu();
          beginLesson(one);
        }}
      >
        <Picture id={one.id} />
        <b>{inLanguage(one.title, language.value)}</b>
        <span class="hint">
          {done === 0 && t("lesson.steps", { n })}
          {done > 0 && done < n && t("lesson.progress", { done, n })}
          {done === n && <span class="lesson-complete">✓ {t("lesson.done")}</span>}
        </span>
        <span class="lesson-bar" aria-hidden="true">
          <i style={{ width: `${(100 * done) / n}%` }} />
        </span>
      </button>
    </li>
  );
}

function List() {
  return (
    <>
      <p class="hint">
        {t("lesson.about")} {t("lesson.kept")}
      </p>
      <ul class="lesson-list">
        {GUIDED.map((one) => (
          <Entry key={one.id} one={one} />
        ))}
      </ul>
      <button
        type="button"
        class="button lesson-make"
        onClick={() => {
          beginDraft();
          shown.value = "maker";
        }}
      >
        {t("lesson.make")}
      </button>
    </>
  );
}

export function LessonsMenu() {
  const open = shown.value !== null;
  const making = shown.value === "maker";
  return (
    <>
      <button
        type="button"
        class="button quiet lesson-open"
        aria-haspopup="dialog"
        aria-expanded={open}
        title={t("lesson.open")}
        onClick={openMenu}
      >
        <Icon name="lesson" />
        <span>{t("lesson.title")}</span>
      </button>
      <Dialog
        isOpen={open}
        close={closeMenu}
        class="lesson-dialog"
        title={t(making ? "lesson.make" : "lesson.title")}
      >
        {making ? <LessonMaker back={openMenu} close={closeMenu} /> : <List />}
      </Dialog>
    </>
  );
}
