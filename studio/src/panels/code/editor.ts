/** The editor: CodeMirror with Python's colours, marks of problems, and the lines of a brick. */
import {
  history,
  historyKeymap,
  indentWithTab,
  isolateHistory,
  standardKeymap,
} from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import { indentUnit, syntaxHighlighting } from "@codemirror/language";
import {
  Annotation,
  Compartment,
  EditorState,
  type Extension,
  type Range,
  RangeSet,
  StateEffect,
  StateField,
} from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  GutterMarker,
  gutter,
  keymap,
  lineNumbers,
  type ViewUpdate,
} from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import type { Mark } from "./draft.ts";

export interface Listener {
  /** The text, once the user has stopped typing for a moment. */
  typed(text: string): void;
  /** Something was typed or pasted where the text may not be changed. */
  refused(): void;
  /** The line (from 0) that the caret is in. */
  entered(line: number): void;
  /** The line under the pointer; null: none. */
  hovered(line: number | null): void;
}

export interface Shown {
  /** Lines (from 0) that are tinted. */
  readonly tinted: readonly number[];
  readonly marks: readonly Mark[];
}

const IDLE = 250; // ms

/** Changes that come from the wall, and are not to be read. */
const fromWall = Annotation.define<boolean>();

const show = StateEffect.define<Shown>();

const TINT = Decoration.line({ class: "code-brick" });

class Sign extends GutterMarker {
  constructor(
    readonly severity: string,
    readonly said: string,
  ) {
    super();
  }
  override eq(other: Sign) {
    return other.severity === this.severity && other.said === this.said;
  }
  override toDOM() {
    const sign = document.createElement("span");
    sign.className = `code-sign ${this.severity}`;
    sign.title = this.said;
    sign.textContent = "●";
    return sign;
  }
}

interface Drawn {
  readonly inText: DecorationSet;
  readonly inGutter: RangeSet<GutterMarker>;
}

const drawn = StateField.define<Drawn>({
  create: () => ({ inText: Decoration.none, inGutter: RangeSet.empty }),
  update(before, { changes, effects, state }) {
    const shown = effects.find((effect) => effect.is(show));
    if (shown) return draw(shown.value, state);
    return { inText: before.inText.map(changes), inGutter: before.inGutter.map(changes) };
  },
  provide: (field) => [
    EditorView.decorations.from(field, ({ inText }) => inText),
    gutter({ class: "code-signs", markers: (view) => view.state.field(field).inGutter }),
  ],
});

function draw({ tinted, marks }: Shown, { doc }: EditorState): Drawn {
  const text: Range<Decoration>[] = tinted
    .filter((line) => line < doc.lines)
    .map((line) => TINT.range(doc.line(line + 1).from));
  const signs = new Map<number, Mark>();
  for (const mark of marks) {
    if (mark.severity === "note" || mark.line > doc.lines) continue;
    const { from, to } = mark;
    const attributes = { title: mark.text };
    if (from < to && to <= doc.length)
      text.push(
        Decoration.mark({ class: `code-mark ${mark.severity}`, attributes }).range(from, to),
      );
    if (signs.get(mark.line)?.severity !== "error") signs.set(mark.line, mark);
  }
  const gutters = [...signs].map(([line, mark]) =>
    new Sign(mark.severity, mark.text).range(doc.line(line).from),
  );
  return { inText: Decoration.set(text, true), inGutter: RangeSet.of(gutters, true) };
}

/** How the text is called and whether it may be changed; both change with what is shown. */
export interface Setting {
  readonly label: string;
  readonly help: string; // the id of an element
  readonly readOnly: boolean;
}

function extensionOf({ label, help, readOnly }: Setting): Extension {
  return [
    EditorView.contentAttributes.of({
      "aria-label": label,
      "aria-describedby": help,
      tabindex: "0",
    }),
    EditorState.readOnly.of(readOnly),
  ];
}

export class CodeEditor {
  private readonly view: EditorView;
  private readonly setting = new Compartment();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    parent: HTMLElement,
    text: string,
    setting: Setting,
    private readonly listener: Listener,
  ) {
    const state = EditorState.create({
      doc: text,
      extensions: [
        history(),
        lineNumbers(),
        drawn,
        pythonLanguage,
        syntaxHighlighting(classHighlighter),
        indentUnit.of("    "),
        EditorState.tabSize.of(4),
        // CodeMirror lets Tab leave the text once Escape was pressed.
        keymap.of([...standardKeymap, ...historyKeymap, indentWithTab]),
        this.setting.of(extensionOf(setting)),
        EditorView.updateListener.of((update) => this.updated(update)),
        EditorView.domEventHandlers({
          beforeinput: (_, view) => this.refuse(view),
          paste: (_, view) => this.refuse(view),
          keydown: ({ key }, view) =>
            ["Enter", "Backspace", "Delete"].includes(key) && this.refuse(view),
          mousemove: (event, view) => {
            const at = view.posAtCoords(event);
            listener.hovered(at === null ? null : view.state.doc.lineAt(at).number - 1);
          },
          mouseleave: () => listener.hovered(null),
          blur: () => this.flush(),
        }),
      ],
    });
    this.view = new EditorView({ state, parent });
  }

  set(setting: Setting): void {
    this.view.dispatch({ effects: this.setting.reconfigure(extensionOf(setting)) });
  }

  /** Shows another text: only what differs is replaced, so that the caret stays. */
  replace(text: string): void {
    const before = this.view.state.doc.toString();
    if (text === before) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    const most = Math.min(text.length, before.length);
    let from = 0;
    while (from < most && text[from] === before[from]) from += 1;
    let end = 0;
    while (end < most - from && text.at(-1 - end) === before.at(-1 - end)) end += 1;
    this.view.dispatch({
      changes: { from, to: before.length - end, insert: text.slice(from, text.length - end) },
      // A step of undo of its own, also right after something was typed.
      annotations: [fromWall.of(true), isolateHistory.of("full")],
    });
  }

  show(shown: Shown): void {
    this.view.dispatch({ effects: show.of(shown) });
  }

  /** Puts the caret where something is said about. */
  goTo({ from }: { readonly from: number }): void {
    const anchor = Math.min(from, this.view.state.doc.length);
    this.view.dispatch({ selection: { anchor }, scrollIntoView: true });
    this.view.focus();
  }

  selectAll(): void {
    this.view.dispatch({ selection: { anchor: 0, head: this.view.state.doc.length } });
    this.view.focus();
  }

  destroy(): void {
    this.flush();
    this.view.destroy();
  }

  private updated({ docChanged, selectionSet, transactions, state, view }: ViewUpdate): void {
    if (transactions.some((transaction) => transaction.annotation(fromWall))) return;
    if (docChanged) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.flush(), IDLE);
    } else if (selectionSet && view.hasFocus)
      this.listener.entered(state.doc.lineAt(state.selection.main.head).number - 1);
  }

  /** Tells of what is about to be ignored; CodeMirror ignores it. */
  private refuse({ state }: EditorView): false {
    if (state.readOnly) this.listener.refused();
    return false;
  }

  private flush(): void {
    if (this.timer === undefined) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.listener.typed(this.view.state.doc.toString());
  }
}
