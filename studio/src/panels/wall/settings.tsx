/** What can be set at a brick; the fields come from the catalogue. */

import { layersOf } from "../../drawing/network.ts";
import { facts } from "../../drawing/parts.ts";
import { BRICKS, complete } from "../../wall/catalogue.ts";
import { t } from "../../words/words.ts";
import { duplicateBrick, placeOf, removeBrick, set, setFrozen } from "./actions.ts";
import { FieldInput } from "./fields.tsx";
import { SettingsHead } from "./head.tsx";

/** Arguments that a weight brick keeps: they shaped its weights. */
const SHAPING = new Set(["units", "use_bias", "center", "scale"]);

export function BrickSettings({ id, close }: { id: string; close: () => void }) {
  const place = placeOf(id);
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
  const [layer] = layersOf([place], null);
  return (
    <>
      <SettingsHead
        title={t(`wall.kind.${brick.kind}`)}
        hint={[name, ...facts(layer).slice(0, 2)].join(" · ")}
        close={close}
      />
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
