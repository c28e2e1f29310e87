/** The heading of settings, with the button that closes them. */
import { t } from "../../words/words.ts";
import { IconButton } from "../icons.tsx";

export function SettingsHead({
  title,
  hint,
  close,
}: {
  title: string;
  hint: string;
  close: () => void;
}) {
  return (
    <header class="wall-settings-head">
      <div>
        <h2>{title}</h2>
        <p class="hint" title={hint}>
          {hint}
        </p>
      </div>
      <IconButton icon="close" size={16} label={t("frame.close")} onClick={close} />
    </header>
  );
}
