/** The palette: bricks to drag onto the wall, or to add by a click, and weight bricks that were kept. */

import { useComputed } from "@preact/signals";
import { trained } from "../state/session.ts";
import { fits, prepared, project, snapshot } from "../state/store.ts";
import { areKept, bricksOf, isFull, keep, remove, weightBricks } from "../state/weight-bricks.ts";
import { BRICKS } from "../wall/catalogue.ts";
import { fresh } from "../wall/edits.ts";
import { places } from "../wall/shapes.ts";
import type { Brick } from "../wall/wall.ts";
import { t } from "../words/words.ts";
import { Icon } from "./icons.tsx";
import { add } from "./wall/actions.ts";
import { press } from "./wall/drag.ts";
import { BrickIcon, ghostOf } from "./wall/pictures.tsx";
import { said } from "./wall/state.ts";
import "./palette.css";

interface ItemProps {
  readonly kind: string;
  readonly name: string;
  readonly hint: string;
  readonly held?: boolean;
  readonly bricks: () => readonly Brick[];
}

/** One brick of the palette: a click puts it on top, or above the chosen one. */
function Item({ kind, name, hint, held = false, bricks }: ItemProps) {
  const onPointerDown = (event: PointerEvent) => {
    // A finger takes hold of the picture, and scrolls by the rest.
    if (event.pointerType === "touch" && !(event.target as Element).closest(".palette-picture"))
      return;
    let made: readonly Brick[] | null = null;
    const once = () => {
      made ??= bricks();
      return made;
    };
    press(event, { bricks: once, from: null, ghost: () => ghostOf(once(), project.value.wall) });
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
        <b>{name}</b>
        <span class="hint">{hint}</span>
      </span>
    </button>
  );
}

export function Palette() {
  return (
    <div class="palette">
      <ul class="palette-list" aria-label={t("palette.title")}>
        {Object.keys(BRICKS).map((kind) => (
          <li key={kind}>
            <Item
              kind={kind}
              name={t(`wall.kind.${kind}`)}
              hint={t(`palette.hint.${kind}`)}
              bricks={() => [fresh(kind)]}
            />
          </li>
        ))}
      </ul>
      <WeightBricks />
    </div>
  );
}

function WeightBricks() {
  const isTrained = useComputed(() => fits.value && (snapshot.value?.step ?? 0) > 0).value;
  const keepNow = () => {
    const name = prepared.value?.name ?? project.value.name;
    keep(name, trained(project.value.wall, snapshot.value));
    said.value = t("palette.said.kept", { name });
  };
  return (
    <section class="palette-weights">
      <h2>{t("palette.weights")}</h2>
      {!weightBricks.value.length && <p class="hint">{t("palette.weights.none")}</p>}
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
            <button
              type="button"
              class="button icon quiet palette-remove"
              aria-label={t("palette.remove", { name: one.name })}
              title={t("palette.remove", { name: one.name })}
              onClick={() => remove(one.id)}
            >
              <Icon name="close" size={14} />
            </button>
          </li>
        ))}
      </ul>
      <button
        type="button"
        class="button palette-keep"
        disabled={!isTrained || isFull.value}
        onClick={keepNow}
      >
        {t("palette.keep")}
      </button>
      {!areKept.value && <p class="hint">{t("palette.visit")}</p>}
    </section>
  );
}
