/** The palette: bricks to drag onto the wall, or to add by a click, and weight bricks that were kept. */

import { useRef } from "preact/hooks";
import { trained } from "../state/session.ts";
import { fits, isTrained, prepared, project, snapshot } from "../state/store.ts";
import { show } from "../state/view.ts";
import { areKept, bricksOf, isFull, keep, remove, weightBricks } from "../state/weight-bricks.ts";
import { BRICKS } from "../wall/catalogue.ts";
import { fresh } from "../wall/edits.ts";
import { places } from "../wall/shapes.ts";
import type { Brick } from "../wall/wall.ts";
import { t } from "../words/words.ts";
import { useFocusKept } from "./focus.ts";
import { IconButton } from "./icons.tsx";
import { add, choose } from "./wall/actions.ts";
import { press } from "./wall/drag.ts";
import { BrickIcon, FigurePicture, ghostOf } from "./wall/pictures.tsx";
import { drag, openedByKey, said } from "./wall/state.ts";
import "./palette.css";

interface ItemProps {
  readonly kind: string;
  readonly name: string;
  /** The name where there is little room. */
  readonly brief?: string | undefined;
  readonly hint: string;
  readonly held?: boolean;
  readonly bricks: () => readonly Brick[];
}

/** One brick of the palette: a click puts it on top, or above the chosen one. */
function Item({ kind, name, brief, hint, held = false, bricks }: ItemProps) {
  const onPointerDown = (event: PointerEvent) => {
    // A finger scrolls the palette one way, and pulls a brick out of it the other way.
    const pan = getComputedStyle(event.currentTarget as Element).touchAction;
    const scrolls = event.pointerType === "touch" ? (pan === "pan-x" ? "x" : "y") : undefined;
    let made: readonly Brick[] | null = null;
    const once = () => {
      made ??= bricks();
      return made;
    };
    const ghost = () => ghostOf(once(), project.value.wall);
    press(event, { bricks: once, from: null, ghost, scrolls });
  };
  return (
    <button
      type="button"
      class="palette-item"
      title={hint}
      onPointerDown={onPointerDown}
      onClick={() => add(bricks())}
    >
      <span class="palette-picture">
        <BrickIcon kind={kind} held={held} />
      </span>
      <span class="palette-text">
        <b>
          <span class={brief && "palette-long"}>{name}</span>
          {brief && <span class="palette-brief">{brief}</span>}
        </b>
        <span class="hint">{hint}</span>
      </span>
    </button>
  );
}

/** Kinds whose names are too long for a strip. */
const BRIEF: ReadonlySet<string> = new Set([
  "GaussianNoise",
  "BatchNormalization",
  "LayerNormalization",
]);

/** Bricks of the wall that are dropped here are taken off it. */
export function Palette() {
  const now = drag.value;
  return (
    <div class="palette" data-bin>
      <ul class="palette-list" aria-label={t("palette.title")}>
        {Object.keys(BRICKS).map((kind) => (
          <li key={kind}>
            <Item
              kind={kind}
              name={t(`wall.kind.${kind}`)}
              brief={BRIEF.has(kind) ? t(`palette.brief.${kind}`) : undefined}
              hint={t(`palette.hint.${kind}`)}
              bricks={() => [fresh(kind)]}
            />
          </li>
        ))}
      </ul>
      <FigureItem />
      <WeightBricks />
      {now?.from && (
        <div class={`palette-bin ${now.overBin ? "over" : ""}`}>
          <span>{t("wall.bin")}</span>
        </div>
      )}
    </div>
  );
}

/** The figure is on the wall by itself; here one finds what it is for. */
function FigureItem() {
  const stands = project.value.wall.bricks.length > 0;
  const hint = t(stands ? "palette.figure.hint" : "palette.figure.later");
  return (
    <button
      type="button"
      class="palette-item palette-figure"
      title={hint}
      disabled={!stands}
      onClick={() => {
        openedByKey.value = true;
        show("wall");
        choose("figure", true);
      }}
    >
      <span class="palette-picture">
        <FigurePicture height={50} />
      </span>
      <span class="palette-text">
        <b>{t("palette.figure")}</b>
        <span class="hint">{hint}</span>
      </span>
    </button>
  );
}

function WeightBricks() {
  const canKeep = fits.value && isTrained.value;
  const keepNow = () => {
    const name = prepared.value?.name ?? project.value.name;
    keep(name, trained(project.value.wall, snapshot.value));
    said.value = t("palette.said.kept", { name });
  };
  const section = useRef<HTMLElement>(null);
  useFocusKept(section, () => section.current?.querySelector<HTMLElement>(".palette-keep"));
  return (
    <section class="palette-weights" ref={section}>
      <h2>{t("palette.weights")}</h2>
      {!weightBricks.value.length && (
        <p class="palette-about hint">
          <BrickIcon kind="Dense" held />
          <span>{t("palette.weights.none")}</span>
        </p>
      )}
      <ul class="palette-list">
        {weightBricks.value.map((one) => (
          <li key={one.id}>
            <Item
              kind="Dense"
              held
              name={one.name}
              bricks={() => bricksOf(one)}
              hint={[
                one.wall.inputs,
                ...places(one.wall)
                  .filter(({ brick }) => brick.kind === "Dense")
                  .map(({ outputs }) => outputs),
              ].join(" → ")}
            />
            <IconButton
              icon="close"
              size={14}
              class="palette-remove"
              label={t("palette.remove", { name: one.name })}
              title={t("palette.remove", { name: one.name })}
              onClick={() => remove(one.id)}
            />
          </li>
        ))}
      </ul>
      <button
        type="button"
        class="button palette-keep"
        disabled={!canKeep || isFull.value}
        title={canKeep ? undefined : t("palette.weights.train")}
        onClick={keepNow}
      >
        {t("palette.keep")}
      </button>
      {!areKept.value && <p class="hint">{t("palette.visit")}</p>}
    </section>
  );
}
