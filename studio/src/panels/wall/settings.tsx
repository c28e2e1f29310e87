/** What can be set at a brick; the fields come from the catalogue. */

import { layersOf } from "../../drawing/network.ts";
import { facts } from "../../drawing/parts.ts";
import { project } from "../../state/store.ts";
import { BRICKS, complete } from "../../wall/catalogue.ts";
import { places } from "../../wall/shapes.ts";
import { t } from "../../words/words.ts";
import { Icon } from "../icons.tsx";
import { duplicateBrick, removeBrick, set, setFrozen } from "./actions.ts";
import { FieldInput } from "./fields.tsx";

/** Arguments that a weight brick keeps: they shaped its weights. */
const SHAPING = new Set(["units", "use_bias", "center", "scale"]);

export function BrickSettings({ id, close }: { id: string; close: () => void }) {
  const stack = places(project.value.wall);
  const place = stack.find((one) => one.brick.id === id);
  if (!place) return null;
  const { brick, name } = place;
  const { fields, first } = BRICKS[brick.kind];
  const config = complete(fields, brick.config);
  const others = Object.keys(fields).filter((one) => !first.includes(one));
  const input = (one: string) => (
    <FieldInput
      key={one}
      name={one}
      field={fields[one]}
      value={config[one]}
      disabled={brick.fixed !== undefined && SHAPING.has(one)}
      set={(value) => set(id, { [one]: value })}
    />
  );
  const layer = layersOf(stack, null)[place.index];
  return (
    <>
      <header class="wall-settings-head">
        <div>
          <h2>{t(`wall.kind.${brick.kind}`)}</h2>
          <p class="hint">{[name, ...facts(layer).slice(0, 2)].join(" · ")}</p>
        </div>
        <button
          type="button"
          class="button icon quiet"
          aria-label={t("wall.close")}
          onClick={close}
        >
          <Icon name="close" size={16} />
        </button>
      </header>
      {brick.fixed && (
        <p class="hint">{t("wall.fixed", { name: brick.fixed.name, n: brick.fixed.inputs })}</p>
      )}
      {first.map(input)}
      {layer.parameters > 0 && (
        <label class="wall-check">
          <input
            type="checkbox"
            checked={brick.trainable === false}
            onChange={(e) => setFrozen(id, e.currentTarget.checked)}
          />
          <span>{t("wall.freeze")}</span>
        </label>
      )}
      {others.length > 0 && (
        <details class="wall-more">
          <summary>{t("wall.more")}</summary>
          <div>{others.map(input)}</div>
        </details>
      )}
      <footer class="wall-settings-foot">
        <button type="button" class="button" onClick={() => duplicateBrick(id)}>
          {t("wall.duplicate")}
        </button>
        <button type="button" class="button wall-delete" onClick={() => removeBrick(id)}>
          {t("wall.delete")}
        </button>
      </footer>
    </>
  );
}
