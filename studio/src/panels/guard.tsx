/** What a panel shows where drawing it failed: why, and the way back. The rest of the page stays. */
import type { ComponentChildren } from "preact";
import { useEffect, useErrorBoundary } from "preact/hooks";
import { canUndo, edit, firstProject, project, undo } from "../state/store.ts";
import { t } from "../words/words.ts";
import "./guard.css";

export function Guard({ children }: { children: ComponentChildren }) {
  const [error, again] = useErrorBoundary();
  const shown = project.value;
  // Another document may be one that can be drawn.
  useEffect(() => {
    if (error) again();
  }, [shown]);
  if (!error) return <>{children}</>;
  return (
    <div class="guard" role="alert">
      <p>{t("frame.failed", { why: error instanceof Error ? error.message : String(error) })}</p>
      <div>
        <button
          type="button"
          class="button"
          onClick={canUndo.value ? undo : () => edit(firstProject())}
        >
          {t(canUndo.value ? "frame.undo" : "frame.anew")}
        </button>
        <button type="button" class="button quiet" onClick={() => again()}>
          {t("frame.again")}
        </button>
      </div>
    </div>
  );
}
