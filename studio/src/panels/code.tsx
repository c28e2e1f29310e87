/** The Keras code of the wall: it is always current, and the wall follows what is typed. */
import { effect } from "@preact/signals";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Imports } from "../code/write.ts";
import { chosen } from "../state/store.ts";
import { t } from "../words/words.ts";
import {
  fix,
  form,
  imports,
  lines,
  type Mark,
  marks,
  notices,
  own,
  rewrite,
  text,
  type,
} from "./code/draft.ts";
import { CodeEditor } from "./code/editor.ts";
import { say } from "./toast.tsx";
import "./code.css";

const FORMS = ["short", "script"] as const;
const IMPORTS: readonly Imports[] = ["keras", "brickwork", "tensorflow.keras"];

/** Chooses the brick of a line while the pointer is there, and what was chosen before when it leaves. */
function hoverer(): (line: number | null) => void {
  let before: { readonly chosen: string | null; readonly shown: string } | null = null;
  return (line) => {
    const id = line === null ? null : (lines.value[line] ?? null);
    if (id && id === before?.shown) return;
    // What was chosen by other means meanwhile stays.
    if (before && chosen.value === before.shown) chosen.value = before.chosen;
    before = id ? { chosen: chosen.value, shown: id } : null;
    if (id) chosen.value = id;
  };
}

export function CodePanel() {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<CodeEditor>(null);
  const help = useId();
  useEffect(() => {
    const setting = () => ({ label: t("code.label"), help, readOnly: form.value === "script" });
    const hovered = hoverer();
    const made = new CodeEditor(host.current as HTMLElement, text.value, setting(), {
      typed: type,
      refused: () => say(t("code.readonly")),
      hovered,
      entered: (line) => {
        hovered(null);
        const id = lines.value[line];
        if (id) chosen.value = id;
      },
    });
    editor.current = made;
    const stops = [
      effect(() => made.set(setting())),
      effect(() => made.replace(text.value)),
      effect(() => {
        const id = chosen.value;
        const tinted = lines.value.flatMap((one, line) => (one && one === id ? [line] : []));
        made.show({ tinted, marks: marks.value });
      }),
    ];
    return () => {
      hovered(null);
      for (const stop of stops) stop();
      made.destroy();
    };
  }, [help]);
  return (
    <div class="code">
      <Bar select={() => editor.current?.selectAll()} />
      <div class="code-host" ref={host} />
      <p id={help} class="visually-hidden">
        {t("code.help")}
      </p>
      <Said goTo={(mark) => editor.current?.goTo(mark)} />
    </div>
  );
}

function Bar({ select }: { select: () => void }) {
  return (
    <div class="code-bar">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset can't be laid out in a row everywhere */}
      <div class="code-forms" role="group" aria-label={t("code.form")}>
        {FORMS.map((one) => (
          <button
            key={one}
            type="button"
            class="button"
            aria-pressed={form.value === one}
            onClick={() => {
              form.value = one;
            }}
          >
            {t(`code.${one}`)}
          </button>
        ))}
      </div>
      <label class="code-imports" title={t("code.imports")}>
        <span class="visually-hidden">{t("code.imports")}</span>
        <select
          class="input"
          value={imports.value}
          disabled={own.value}
          title={own.value ? t("code.own") : undefined}
          onChange={(event) => rewrite(event.currentTarget.value as Imports)}
        >
          {IMPORTS.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </label>
      <Copy select={select} />
    </div>
  );
}

function Copy({ select }: { select: () => void }) {
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (said !== "code.copied") return;
    const timer = setTimeout(() => setSaid(""), 2000);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text.value);
      setSaid("code.copied");
    } catch {
      select(); // browsers forbid it in some folders
      setSaid("code.uncopied");
    }
  };
  return (
    <>
      <button type="button" class="button" onClick={() => void copy()}>
        {t(said === "code.copied" ? said : "code.copy")}
      </button>
      <span role="status" class={said === "code.uncopied" ? "hint" : "visually-hidden"}>
        {said && t(said)}
      </span>
    </>
  );
}

/** What became of the code, in a line, and each problem with its place. */
function Said({ goTo }: { goTo: (mark: Mark) => void }) {
  const errors = marks.value.filter(({ severity }) => severity === "error").length;
  const notes = marks.value.filter(({ severity }) => severity === "note").length;
  const grave = marks.value.filter(({ severity }) => severity !== "note");
  const summary = errors
    ? t("code.faults", { n: errors })
    : t(form.value === "script" ? "code.takehome" : "code.good");
  return (
    <div class="code-said">
      <p role="status" class={errors ? "fault" : "hint"}>
        {summary} {notes > 0 && !errors && t("code.lines.left", { n: notes })}
      </p>
      {grave.length > 0 && (
        <ul>
          {grave.slice(0, 20).map((mark) => (
            <li key={`${mark.from} ${mark.text}`} class={mark.fix && "code-fixed"}>
              <button
                type="button"
                class={`code-problem ${mark.severity}`}
                onClick={() => goTo(mark)}
              >
                {t("code.line", { line: mark.line, text: mark.text })}
              </button>
              {mark.fix && (
                <button
                  type="button"
                  class="button"
                  onClick={() => {
                    if (mark.fix) fix(mark.fix);
                    goTo(mark);
                  }}
                >
                  {mark.fix.name ? t("code.fix", { name: mark.fix.name }) : t("code.leave")}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {own.value && <Own />}
    </div>
  );
}

/** What is to be known of one's own text, and how it becomes the wall's again. */
function Own() {
  const told = notices.value;
  const isOld = told.some(({ key }) => key === "code.old");
  return (
    <div class="code-own">
      <div>
        {told.map(({ key, text: words }) => (
          <p key={key} class="code-notice">
            {words}
          </p>
        ))}
        <p class="hint">{t("code.own")}</p>
      </div>
      <button type="button" class="button" onClick={() => rewrite(imports.value)}>
        {t(isOld ? "code.renew" : "code.anew")}
      </button>
    </div>
  );
}
