/** The datasets to choose from, each with a picture of it, and the user's own. */
import type { ComponentChildren } from "preact";
import { ORIGINS, SOURCES } from "../../data/datasets.ts";
import type { Table } from "../../data/table.ts";
import { t } from "../../words/words.ts";
import { sourceKey } from "../names.ts";
import { choice, keptTable, pick } from "./choose.ts";
import { FileTile } from "./file.tsx";
import { Picture } from "./picture.tsx";

function Tile({
  source,
  label,
  children,
}: {
  source: string;
  label: string;
  children: ComponentChildren;
}) {
  return (
    <button
      type="button"
      class="data-tile"
      aria-pressed={choice.value.source === source}
      title={t(`data.about.${source}`)}
      onClick={() => choice.value.source !== source && pick(source)}
    >
      {children}
      <span>{label}</span>
    </button>
  );
}

const PENCIL = "M9 35l2-8L30 8l6 6-19 19zM27 11l6 6";
const GRID = "M7 10h30v25H7zM7 18h30M7 26.500h30M17 10v25M27 10v25";

function Sign({ path }: { path: string }) {
  return (
    <svg class="data-thumb data-sign" viewBox="0 0 44 44" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

/** Returns what the tile of a table says: its name, in the language of the page where it is a lesson's. */
function ownName(table: Table): string {
  const key = sourceKey({ ...choice.value, source: "csv", table });
  return key === "csv" ? table.name : t(`data.name.${key}.${table.name}`);
}

function Group({ kind, children }: { kind: string; children: ComponentChildren }) {
  return (
    <fieldset class="data-group">
      <legend>{t(`data.sources.${kind}`)}</legend>
      <div class={`data-tiles data-${kind}`}>{children}</div>
    </fieldset>
  );
}

export function Sources() {
  const file = keptTable("csv");
  return (
    <section class="data-part" aria-label={t("data.sources")}>
      {(["real", "points", "curve"] as const).map((kind) => (
        <Group key={kind} kind={kind}>
          {SOURCES.filter((one) => one.kind === kind).map((one) => (
            <Tile key={one.name} source={one.name} label={t(`data.source.${one.name}`)}>
              <Picture source={one} />
            </Tile>
          ))}
        </Group>
      ))}
      <Group kind="own">
        <Tile source="drawn" label={t("data.source.drawn")}>
          <Sign path={PENCIL} />
        </Tile>
        {file && (
          <Tile source="csv" label={ownName(file)}>
            <Sign path={GRID} />
          </Tile>
        )}
        <FileTile />
      </Group>
      <p class="hint">{t(`data.about.${sourceKey(choice.value)}`)}</p>
    </section>
  );
}

/** Where a real table comes from. */
export function Origin() {
  const { source } = choice.value;
  if (!Object.hasOwn(ORIGINS, source)) return null;
  return <p class="hint data-origin">{t("data.origin", ORIGINS[source])}</p>;
}
