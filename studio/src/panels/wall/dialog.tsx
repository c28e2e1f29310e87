/** The settings of what is chosen, beside the wall; on a phone they come from below. */
import { useEffect, useRef } from "preact/hooks";
import { chosen } from "../../state/store.ts";
import { room } from "../../state/view.ts";
import { t } from "../../words/words.ts";
import { choiceOf } from "./choices.tsx";
import { CompileSettings } from "./compile.tsx";
import { BrickSettings } from "./settings.tsx";
import { openedByKey, settingsOpen } from "./state.ts";

/** Fields of text, the code's too. */
const TEXT =
  "textarea, input:not([type]), input[type=text], input[type=search], [contenteditable=true]";

export function Settings() {
  const panel = useRef<HTMLDivElement>(null);
  const id = chosen.value as string;
  const item = () => choiceOf(document, id);
  const close = () => {
    settingsOpen.value = false;
    item()?.focus();
  };
  useEffect(() => {
    uncover(panel.current as HTMLElement);
    item()?.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (openedByKey.value) panel.current?.querySelector<HTMLElement>("input, select")?.focus();
    openedByKey.value = false;
  }, [id]);
  useEffect(() => {
    // Also where the focus is elsewhere: what is open is closed first, and the focus stays. Fields of
    // text have an Escape of their own.
    const onKey = ({ key, target, defaultPrevented }: KeyboardEvent) => {
      if (key !== "Escape" || defaultPrevented) return;
      if (target instanceof Element && target.closest(TEXT)) return;
      if (!document.querySelector("dialog[open], :popover-open")) settingsOpen.value = false;
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [id]);
  return (
    <div
      ref={panel}
      class="wall-settings"
      role="dialog"
      aria-label={t(id === "figure" ? "wall.compile" : "wall.settings")}
      onKeyDown={(event) => {
        if (event.key === "Tab" && room.value === "narrow") goRound(event);
        if (event.key !== "Escape" || document.querySelector(":popover-open")) return;
        event.stopPropagation();
        close();
      }}
    >
      {id === "figure" ? (
        <CompileSettings close={close} />
      ) : (
        <BrickSettings key={id} id={id} close={close} />
      )}
    </div>
  );
}

/** From the last field on to the first, and back: a sheet that lies over the page hides what comes next. */
function goRound(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const fields = [
    ...event.currentTarget.querySelectorAll<HTMLElement>("input, select, button, summary"),
  ].filter((one) => one.offsetParent !== null && !one.matches(":disabled"));
  const [from, to] = event.shiftKey ? [fields[0], fields.at(-1)] : [fields.at(-1), fields[0]];
  if (document.activeElement !== from) return;
  event.preventDefault();
  to?.focus();
}

/** Lets the stage scroll by as much of it as the settings cover. */
function uncover(panel: HTMLElement): void {
  const stage = panel.parentElement?.querySelector<HTMLElement>(".wall-stage");
  const covered = (stage?.getBoundingClientRect().bottom ?? 0) - panel.getBoundingClientRect().top;
  stage?.style.setProperty("--covered", `${Math.max(0, covered)}px`);
}
