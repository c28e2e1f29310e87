/** The panel of the data: which, how it looks, and what becomes of it. */
import { dataProblem, isUnfinished, prepared } from "../state/store.ts";
import { t } from "../words/words.ts";
import { Board } from "./data/board.tsx";
import { choice, table } from "./data/choose.ts";
import { Pictures } from "./data/digits.tsx";
import { dropping, FileProblem } from "./data/file.tsx";
import { Preview } from "./data/preview.tsx";
import { canScatter, Scatter } from "./data/scatter.tsx";
import { Generated, Settings } from "./data/settings.tsx";
import { Origin, Sources } from "./data/sources.tsx";
import "./data.css";

function Notes() {
  const notes = prepared.value?.notes ?? table.value?.notes ?? [];
  if (notes.length === 0) return null;
  return (
    <section class="data-part">
      <h2>{t("data.notes")}</h2>
      <ul class="data-notes">
        {notes.map((note) => {
          const line = t(note.key, note.values);
          return <li key={line}>{line}</li>;
        })}
      </ul>
    </section>
  );
}

/** What there is to see, which depends on the data. */
function Plot() {
  const shown = prepared.value;
  const { source } = choice.value;
  if (table.value?.picture) return <Pictures table={table.value} picture={table.value.picture} />;
  if (source === "drawn" || !shown || !canScatter(shown)) return null;
  return <Scatter data={shown} />;
}

export function DataPanel() {
  const shown = table.value;
  const drawn = choice.value.source === "drawn";
  return (
    <div class="data" {...dropping}>
      <Sources />
      <FileProblem />
      <Generated />
      {drawn && <Board />}
      {dataProblem.value && (
        <p class={isUnfinished.value ? "hint" : "data-fault"} role="status">
          {dataProblem.value}
        </p>
      )}
      <Plot />
      {shown && <Settings table={shown} />}
      <Notes />
      {shown && <Preview table={shown} />}
      <Origin />
    </div>
  );
}
