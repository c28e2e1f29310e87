/** The page as a whole, and the keys that work everywhere in it. */
import { useEffect } from "preact/hooks";
import { Shell } from "./panels/shell.tsx";
import { pause, play } from "./state/session.ts";
import { redo, status, undo } from "./state/store.ts";

/** Whether keys typed there belong to a text that has an undo of its own. */
const writing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches("textarea, input:not([type]), input[type=text]"));

/** Whether letters typed there mean something else. */
const taken = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.matches("input, select, textarea, [contenteditable]");

function onKeyDown(event: KeyboardEvent): void {
  if (writing(event.target) || event.defaultPrevented) return;
  const command = event.ctrlKey || event.metaKey;
  if (command && event.key.toLowerCase() === "z") {
    event.preventDefault();
    if (event.shiftKey) redo();
    else undo();
  } else if (command && event.key.toLowerCase() === "y") {
    event.preventDefault();
    redo();
  } else if (event.key === "p" && !command && !event.altKey && !taken(event.target)) {
    if (status.value === "running") pause();
    else play();
  }
}

export function App() {
  useEffect(() => {
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
  return <Shell />;
}
