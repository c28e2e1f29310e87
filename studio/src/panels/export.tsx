/** The menu of what is taken home and brought in: a dialog, from one button. */
import { useComputed } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { OPENED } from "../files/kind.ts";
import { openFile } from "../files/save.ts";
import { isTrained, snapshot } from "../state/store.ts";
import { t } from "../words/words.ts";
import { Dialog } from "./dialog.tsx";
import { bring, whyNot } from "./export/bring.ts";
import { GROUPS, type Item, kindOf, take } from "./export/items.ts";
import { LinkView } from "./export/link.tsx";
import { record } from "./export/recording.ts";
import { Icon } from "./icons.tsx";
import { say, sayFault, Toast } from "./toast.tsx";
import "./export.css";

const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;

async function bringIn(file: File): Promise<void> {
  try {
    say(...(await bring(file)));
  } catch (error) {
    sayFault(whyNot(error));
  }
}

/** Takes files that are dropped where nothing else does; else the browser would leave the page. */
function takeDrops(): () => void {
  const over = (event: DragEvent) => {
    if (carriesFiles(event)) event.preventDefault();
  };
  const drop = (event: DragEvent) => {
    if (event.defaultPrevented || !carriesFiles(event)) return;
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file) void bringIn(file);
  };
  addEventListener("dragover", over);
  addEventListener("drop", drop);
  return () => {
    removeEventListener("dragover", over);
    removeEventListener("drop", drop);
  };
}

export function ExportMenu() {
  const [isOpen, setOpen] = useState(false);
  useEffect(record, []);
  useEffect(takeDrops, []);
  const close = () => setOpen(false);
  return (
    <>
      <button
        type="button"
        class="button quiet export-open"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        title={t("take.open")}
        onClick={() => setOpen(true)}
      >
        <Icon name="home" />
        <span>{t("take.title")}</span>
      </button>
      <Dialog isOpen={isOpen} close={close} class="export" title={t("take.title")}>
        <Menu close={close} />
      </Dialog>
      <Toast />
    </>
  );
}

function Menu({ close }: { close: () => void }) {
  const [told, setTold] = useState<Readonly<Record<string, Told>>>({});
  const [sharing, setSharing] = useState(false);
  const closed = useRef(new AbortController());
  useEffect(() => () => closed.current.abort(), []);
  const tell = (item: Item, now: Told) => setTold((before) => ({ ...before, [item.id]: now }));
  const run = async (item: Item) => {
    tell(item, { state: "busy", text: "" });
    const progress = (share: number) =>
      tell(item, {
        state: "busy",
        text: t("take.recording", { percent: Math.round(100 * share) }),
      });
    try {
      const name = await take(item, { progress, signal: closed.current.signal });
      tell(item, { state: "saved", text: t("take.saved", { name }) });
    } catch (error) {
      tell(item, { state: "failed", text: t("take.failed", { why: whyNot(error) }) });
    }
  };
  // Of several that are made at once, each is said when it is done.
  const said = Object.values(told).filter(({ state }) => state !== "busy");
  const choose = async () => {
    const file = await openFile(OPENED);
    if (!file) return;
    close();
    await bringIn(file);
  };
  const untrained = useComputed(() => snapshot.value !== null && !isTrained.value).value;
  if (sharing) return <LinkView back={() => setSharing(false)} />;
  return (
    <>
      <p class="visually-hidden" role="status">
        {said.map(({ text }) => text).join(" ")}
      </p>
      {untrained && <p class="hint">{t("take.untrained")}</p>}
      {GROUPS.map(({ id, items }) => (
        <section key={id} class="export-group" aria-label={t(`take.${id}`)}>
          <h3>{t(`take.${id}`)}</h3>
          <div class="export-items">
            {items.map((item) => (
              <Entry
                key={item.id}
                id={item.id}
                ending={`.${kindOf(item.ending)}`}
                why={item.unavailable()}
                hint={item.hint?.()}
                told={told[item.id]}
                run={() => void run(item)}
              />
            ))}
            {id === "share" && (
              <Entry id="link" ending="#" why={null} run={() => setSharing(true)} />
            )}
          </div>
        </section>
      ))}
      <section class="export-group" aria-label={t("take.bring")}>
        <h3>{t("take.bring")}</h3>
        <button type="button" class="button export-file" onClick={() => void choose()}>
          {t("take.bring.choose")}
        </button>
        <p class="hint">{t("take.bring.hint")}</p>
      </section>
    </>
  );
}

/** What became of one thing since the menu was opened. */
interface Told {
  readonly state: "busy" | "saved" | "failed";
  readonly text: string;
}

/** One thing to take; where it can't be had, the reason is in place of what it is for. */
function Entry({
  id,
  ending,
  why,
  hint,
  told,
  run,
}: {
  id: string;
  ending: string;
  why: string | null;
  hint?: string | null | undefined;
  told?: Told | undefined;
  run: () => void;
}) {
  const busy = told?.state === "busy";
  return (
    <button
      type="button"
      class="export-item"
      data-item={id}
      aria-disabled={why !== null || busy}
      aria-busy={busy}
      data-state={told?.state}
      onClick={() => why === null && !busy && run()}
    >
      <b>{t(`take.${id}`)}</b>
      <span class="export-ending">{ending}</span>
      <span class="export-hint">{why ?? t(`take.${id}.hint`)}</span>
      {!why && hint && <span class="export-hint">{hint}</span>}
      {told?.text && <span class="export-told">{told.text}</span>}
    </button>
  );
}
