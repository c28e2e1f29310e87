/**
 * The style sheet of pictures, and its rules as attributes for programs that ignore style sheets.
 * Every rule is scoped to our pictures, so that a picture does not affect the page around it.
 */
import { SPECIFICATION } from "./specification.ts";

export type Theme = "auto" | "light" | "dark";

const { colours: COLOURS, rules: RULES } = SPECIFICATION;

const variables = (theme: Readonly<Record<string, string>>) =>
  Object.entries(theme)
    .map(([name, value]) => `--${name}:${value};`)
    .join("");

let cached = "";

/**
 * Returns the style sheet. Colours are variables, which follow the theme; programs without support for
 * them ignore the whole sheet and use the attributes.
 */
export function sheet(): string {
  if (cached) return cached;
  const [light, dark] = [variables(COLOURS.light), variables(COLOURS.dark)];
  const themes = `.brickwork{${light}}.brickwork.dark{${dark}}@media (prefers-color-scheme:dark){.brickwork.auto{${dark}}}`;
  const rules = Object.entries(RULES).map(([selector, body]) => {
    const values = body.replaceAll("$dark", COLOURS.darkInk).replace(/\$([\w-]+)/g, "var(--$1)");
    return `.brickwork ${selector}{${values}}`.replace(" {", "{");
  });
  cached = `@supports (fill:var(--ink)){${themes}${rules.join("")}}`;
  return cached;
}

/** The rules by increasing specificity, as in CSS: the classes of the outer and the inner selector. */
const ORDERED = Object.entries(RULES)
  .filter(([selector]) => selector)
  .map(([selector, body]) => {
    const parts = selector.split(" ");
    const inner = parts[parts.length - 1];
    return {
      classes: selector.split(".").length - 1,
      tags: parts.filter((part) => /^\w/.test(part)).length,
      tag: inner.split(".", 1)[0],
      inner: inner.split(".").slice(1),
      outer: parts.length > 1 ? parts[0].split(".").slice(1) : [],
      body,
    };
  })
  .sort((a, b) => a.classes - b.classes || a.tags - b.tags);

const known = new Map<string, string>();

/** Returns the declarations for an element as attributes; `within`: the classes of enclosing groups. */
export function attributes(tag: string, css: string, within: string, theme: Theme): string {
  const key = `${tag}|${css}|${within}|${theme}`;
  let found = known.get(key);
  if (found === undefined) {
    found = declarations(tag, new Set(css.split(" ")), new Set(within.split(" ")), theme);
    known.set(key, found);
  }
  return found;
}

function declarations(
  tag: string,
  own: ReadonlySet<string>,
  within: ReadonlySet<string>,
  theme: Theme,
): string {
  const values = new Map<string, string>();
  for (const rule of ORDERED) {
    if (
      (rule.tag && rule.tag !== tag) ||
      !rule.inner.every((one) => own.has(one)) ||
      !rule.outer.every((one) => within.has(one))
    )
      continue;
    for (const declaration of rule.body.split(";")) {
      const at = declaration.indexOf(":");
      values.set(declaration.slice(0, at), declaration.slice(at + 1));
    }
  }
  const colours: Readonly<Record<string, string>> = theme === "dark" ? COLOURS.dark : COLOURS.light;
  const colour = (value: string) =>
    value === "$dark" ? COLOURS.darkInk : value.startsWith("$") ? colours[value.slice(1)] : value;
  return [...values].map(([name, value]) => ` ${name}="${colour(value)}"`).join("");
}
