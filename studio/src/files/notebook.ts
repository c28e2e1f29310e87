/** Writes notebooks (nbformat 4.5): texts and code, one after the other, nothing run yet. */

/** A piece of a script: what it is about, in words, and its code. */
export interface Section {
  readonly title: string;
  readonly text: string; // Markdown
  readonly code: string;
}

const FORMAT = { nbformat: 4, nbformat_minor: 5 };
const METADATA = {
  kernelspec: { display_name: "Python 3", language: "python", name: "python3" },
  language_info: { name: "python" },
};

/** Lines keep their ends, as the format has them. */
const lines = (text: string) => text.trim().split(/(?<=\n)/);

/** Returns the text of a notebook; equal sections give equal texts. */
export function writeNotebook(title: string, text: string, sections: readonly Section[]): string {
  const cells: Record<string, unknown>[] = [];
  const add = (kind: "markdown" | "code", source: string) => {
    if (!source.trim()) return;
    const own = kind === "code" ? { execution_count: null, outputs: [] } : {};
    cells.push({
      cell_type: kind,
      id: `cell-${cells.length}`,
      metadata: {},
      source: lines(source),
      ...own,
    });
  };
  add("markdown", `# ${plainTitle(title)}\n\n${text}`);
  for (const section of sections) {
    add("markdown", `## ${plainTitle(section.title)}\n\n${section.text}`);
    add("code", section.code);
  }
  return `${JSON.stringify({ cells, metadata: METADATA, ...FORMAT }, null, 1)}\n`;
}

/** A title is one line of text: a user's name for a project is no HTML and no Markdown. */
const plainTitle = (title: string) =>
  title
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[\\`*_{}[\]<>#|~$]/g, "\\$&");
