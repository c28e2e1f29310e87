/** Names that the text gives by imports, and those that Python would not know. */
import type { SyntaxNode, Tree } from "@lezer/common";
import { LAYERS } from "./names.ts";
import { near } from "./near.ts";
import type { Hint, Report } from "./problems.ts";
import type { Value } from "./values.ts";

export const KERAS = /^(keras|tensorflow|tf_keras|brickwork)(\.|$)/;

export interface Import {
  /** The name that it gives; `*` for all that a module has. */
  readonly name: string;
  readonly path: string;
}

/** Returns what an import statement gives. */
export function importsOf(node: SyntaxNode, textOf: (node: SyntaxNode) => string): Import[] {
  const words: string[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling)
    if (child.name !== "Comment") words.push(textOf(child));
  const at = words.indexOf("import");
  const from = words[0] === "from" ? words.slice(1, at).join("") : "";
  return split(words.slice(at + 1).filter((word) => !/^[()]$/.test(word))).map((parts) => {
    const alias = parts.indexOf("as");
    const path = (alias < 0 ? parts : parts.slice(0, alias)).join("");
    // `import keras.layers` makes `keras` known.
    if (alias < 0 && !from) return { name: path.split(".")[0], path: path.split(".")[0] };
    return { name: parts[parts.length - 1], path: from ? `${from}.${path}` : path };
  });
}

function split(words: string[]): string[][] {
  const parts: string[][] = [[]];
  for (const word of words)
    if (word === ",") parts.push([]);
    else parts[parts.length - 1].push(word);
  return parts.filter((part) => part.length);
}

/** What people call modules and classes, and how that name comes about. */
const USUAL: Readonly<Record<string, string>> = {
  keras: "import keras",
  brickwork: "import brickwork",
  tf: "import tensorflow as tf",
  tensorflow: "import tensorflow",
  np: "import numpy as np",
  numpy: "import numpy",
  random: "import random",
  ...Object.fromEntries(
    "layers models optimizers losses metrics regularizers initializers activations utils Sequential Model Input"
      .split(" ")
      .map((name) => [name, `from keras import ${name}`]),
  ),
  ...Object.fromEntries(
    Object.keys(LAYERS)
      .filter((name) => !name.startsWith("Input"))
      .map((name) => [name, `from keras.layers import ${name}`]),
  ),
};

/**
 * What a text imports, anywhere: a name counts as known even before its import runs. A text without
 * any import of Keras is a piece of one: it may use the usual names.
 */
export class Imports {
  /** Whether nothing of Keras is imported. */
  none = true;
  private readonly names = new Set<string>();

  constructor(tree: Tree, textOf: (node: SyntaxNode) => string) {
    tree.iterate({
      enter: ({ name, node }) => {
        if (name !== "ImportStatement") return;
        for (const one of importsOf(node, textOf)) {
          this.names.add(one.name);
          if (KERAS.test(one.path)) this.none = false;
        }
      },
    });
  }

  /** Whether a name that was never assigned is one that Python would know. */
  has(name: string, isPrefix: boolean): boolean {
    if (this.names.has("*") || this.names.has(name)) return true;
    return this.none && (!isPrefix || Object.hasOwn(USUAL, name));
  }

  /** Returns what may be meant by a name that is not known; a class is no prefix. */
  hint(name: string, isPrefix: boolean): Hint {
    if (Object.hasOwn(USUAL, name))
      return { key: "code.undefined.import", values: { line: USUAL[name] } };
    const meant = near(
      name,
      [...this.names].filter((one) => !isPrefix || /^[a-z_]/.test(one)),
    );
    if (meant !== null) return { key: "code.meant", values: { name: meant, word: name } };
    const known = this.none ? ["keras", "layers"] : [...this.names].slice(0, 8);
    return { key: "code.undefined.known", values: { known: known.join(", ") } };
  }
}

/** Reports what Python would stop at, where a wall depends on it. */
export function demand(value: Value, report: Report): void {
  if ((value.type !== "name" && value.type !== "call") || !value.missing) return;
  const { name, hint, ...span } = value.missing;
  report.error(span, "code.undefined", { name }, { hint });
}
