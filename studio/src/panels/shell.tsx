/** The frame: what stands where at which width. */
import type { ComponentChildren } from "preact";
import { canRedo, canUndo, lent, redo, undo } from "../state/store.ts";
import {
  dark,
  leftTab,
  NARROW,
  narrowShown,
  rightPanels,
  rightShown,
  rightTab,
  room,
  setLanguage,
  setTheme,
  show,
} from "../state/view.ts";
import { language, t } from "../words/words.ts";
import { CodePanel } from "./code.tsx";
import { DataPanel } from "./data.tsx";
import { ExportMenu } from "./export.tsx";
import { Guard } from "./guard.tsx";
import { Brand, Icon, IconButton, type IconName } from "./icons.tsx";
import { LessonGuide, LessonsMenu } from "./lessons.tsx";
import { Palette } from "./palette.tsx";
import { Tabs } from "./tabs.tsx";
import { TrainPanel } from "./train.tsx";
import { TrainBar } from "./trainbar.tsx";
import { UnderstandPanel } from "./understand.tsx";
import { WallPanel } from "./wall.tsx";
import "./shell.css";

const PANELS = {
  bricks: Palette,
  data: DataPanel,
  train: TrainPanel,
  understand: UnderstandPanel,
  code: CodePanel,
} as const;
type Panel = keyof typeof PANELS;

/** Which engine trains, where it is not the page's own. */
function Native() {
  const lends = lent.value?.capabilities;
  if (!lends) return null;
  const { engine, threads } = lends;
  return (
    <span class="shell-native" title={t("frame.native", { engine, threads })}>
      {t("frame.lent")}
    </span>
  );
}

function Top() {
  const other = dark.value ? "light" : "dark";
  return (
    <header class="shell-top">
      <h1 class="shell-brand">
        <Brand />
        <div>
          brickwork <span>studio</span>
        </div>
      </h1>
      <Native />
      <IconButton
        icon="undo"
        label={t("frame.undo")}
        title={`${t("frame.undo")} (Ctrl+Z)`}
        disabled={!canUndo.value}
        onClick={undo}
      />
      <IconButton
        icon="redo"
        label={t("frame.redo")}
        title={`${t("frame.redo")} (Ctrl+Y)`}
        disabled={!canRedo.value}
        onClick={redo}
      />
      <LessonsMenu />
      <ExportMenu />
      <button
        type="button"
        class="button quiet shell-language"
        lang={language.value === "en" ? "ko" : "en"}
        onClick={() => setLanguage(language.value === "en" ? "ko" : "en")}
      >
        {t("frame.language")}
      </button>
      <IconButton
        icon={dark.value ? "sun" : "moon"}
        label={t(`frame.${other}`)}
        title={t(`frame.${other}`)}
        onClick={() => setTheme(other)}
      />
    </header>
  );
}

function Body({ panel }: { panel: Panel }) {
  const Shown = PANELS[panel];
  return (
    // Each panel has a place of its own, which begins at its top.
    <div
      key={panel}
      class="tab-body"
      role="tabpanel"
      id={`panel-${panel}`}
      aria-labelledby={`tab-${panel}`}
    >
      <Guard>
        <Shown />
      </Guard>
    </div>
  );
}

const tabs = (names: readonly string[]) => names.map((id) => ({ id, label: t(`frame.${id}`) }));

function Column({
  side,
  names,
  chosen,
  choose,
}: {
  side: "left" | "right";
  names: readonly Panel[];
  chosen: Panel;
  choose: (id: string) => void;
}) {
  return (
    <aside class={`shell-${side}`} aria-label={names.map((name) => t(`frame.${name}`)).join(", ")}>
      <Tabs tabs={tabs(names)} chosen={chosen} choose={choose} label={t("frame.panels")} />
      <Body panel={chosen} />
    </aside>
  );
}

function Wall({ children }: { children?: ComponentChildren }) {
  return (
    <main class="shell-wall" id="panel-wall">
      <Guard>
        <LessonGuide />
      </Guard>
      <div class="shell-wall-body">
        <Guard>
          <WallPanel />
        </Guard>
      </div>
      {children}
    </main>
  );
}

function Narrow() {
  const chosen = narrowShown.value;
  return (
    <>
      {chosen === "wall" ? (
        <Wall>
          <div class="shell-strip">
            <Guard>
              <Palette />
            </Guard>
          </div>
        </Wall>
      ) : (
        <aside class="shell-right">
          <Guard>
            <LessonGuide folded />
          </Guard>
          <Body panel={chosen} />
        </aside>
      )}
      <Guard>
        <TrainBar />
      </Guard>
      <Tabs
        class="shell-nav"
        tabs={tabs(NARROW)}
        chosen={chosen}
        choose={show}
        label={t("frame.panels")}
      >
        {(tab) => (
          <>
            {/* Each has an icon of its name. */}
            <Icon name={tab.id as IconName} size={22} />
            {tab.label}
          </>
        )}
      </Tabs>
    </>
  );
}

export function Shell() {
  const width = room.value;
  return (
    <div class={`shell ${width}`}>
      <a class="shell-skip" href="#panel-wall">
        {t("frame.home")}
      </a>
      <Top />
      {width === "narrow" ? (
        <Narrow />
      ) : (
        <>
          {width === "wide" && (
            <Column
              side="left"
              names={["bricks", "data"]}
              chosen={leftTab.value as Panel}
              choose={(id) => {
                leftTab.value = id;
              }}
            />
          )}
          <Wall>
            {width === "middle" && (
              <div class="shell-strip">
                <Guard>
                  <Palette />
                </Guard>
              </div>
            )}
            <Guard>
              <TrainBar />
            </Guard>
          </Wall>
          <Column
            side="right"
            names={rightPanels.value}
            chosen={rightShown.value}
            choose={(id) => {
              rightTab.value = id;
            }}
          />
        </>
      )}
    </div>
  );
}
