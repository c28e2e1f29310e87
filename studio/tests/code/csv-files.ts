/** Files that people have, each of which pandas reads otherwise than the studio unless it is told. */
const rows = Array.from({ length: 40 }, (_, i) => i);
const lined = (header: string, row: (i: number) => string) => [header, ...rows.map(row)].join("\n");

export const CSV_FILES: Readonly<Record<string, string>> = {
  "a category that is called none": lined(
    "garage,size,price",
    (i) => `${["attached", "none", "detached"][i % 3]},${50 + i},${100 + 3 * i}`,
  ),
  "a category that is called na": lined(
    "region,size,price",
    (i) => `${["eu", "na", "asia"][i % 3]},${50 + i},${100 + 3 * i}`,
  ),
  "categories that pandas takes for missing": lined(
    "code,size,price",
    (i) => `${["-NaN", "1.#IND", "nil", "n/a"][i % 4]},${50 + i},${100 + 3 * i}`,
  ),
  "a line of Excel's above": `sep=;\n${lined("size;age;price", (i) => `${50 + i};${i % 7};${100 + 3 * i}`)}`,
  "blank lines above": `\n\n${lined("a,b,y", (i) => `${i},${i % 7},${i * 2}`)}`,
  "names with blanks": lined(
    "kind, age, y",
    (i) => ` ${["x", "NA", "z"][i % 3]}, ${i % 11}, ${i * 2}`,
  ),
  "a row that is too long": lined("a,b,y", (i) => `${i},${i % 7},${i * 2}${i === 6 ? ",99" : ""}`),
  "a row that is too short": lined("a,b,y", (i) => (i === 5 ? "5" : `${i},${i % 7},${i * 2}`)),
  "rows of blanks": `${lined("a,b,y", (i) => `${i},${i % 7},${i * 2}`)}\n,,\n`,
  "names of rows": lined(",a,b,y", (i) => `r${i},${i},${i % 7},${i * 2}`),
  "names of rows without a name above": lined("a,b,y", (i) => `r${i},${i},${i % 7},${i * 2}`),
  "a comma at the end of each line": lined("a,b,y,", (i) => `${i},${i % 7},${i * 2},`),
  "a name twice": lined("a,a,y", (i) => `${i},${i % 7},${i * 2}`),
  "a number that is too large": lined("a,b,y", (i) => `${i === 3 ? "1e31" : i},${i % 7},${i * 2}`),
  "a number of another base": lined("a,b,y", (i) => `${i === 3 ? "0x10" : i},${i % 7},${i * 2}`),
  "an infinite number": lined("a,b,y", (i) => `${i === 3 ? "inf" : i},${i % 7},${i * 2}`),
  "cells that are no numbers": lined(
    "a,b,y",
    (i) => `${i === 7 ? '"1,5"' : i === 9 ? "12 kg" : i},${i % 7},${i * 2}`,
  ),
  "groups of three": lined("pop,area,y", (i) => `"${1 + (i % 8)},${100 + i}",${i % 7},${i * 1.5}`),
  "decimal commas": lined(
    "a;b;y",
    (i) => `${i},5;${i % 7};${(i * 1.25).toFixed(2).replace(".", ",")}`,
  ),
  "a typographic minus": lined("a,b,y", (i) => `\u2212${i},${i % 7},${i * 2}`),
  units: lined("a,b,y", (i) => `₩${i}000,${i % 7} %,$${i * 2}`),
  quotes: lined("name,v,y", (i) => `"a, ""b"" ${i % 2}",${i % 9},${i % 5}`),
  tabs: lined("a\tb\ty", (i) => `${i}\t${i % 7}\t${i * 2}`),
  bars: lined("a|b|y", (i) => `${i}|t ${i % 7}|${i * 2}`),
  "yes and no": lined(
    "smoker,age,churn",
    (i) => `${i % 3 ? "yes" : "no"},${20 + ((i * 7) % 40)},${i % 2 ? "True" : "False"}`,
  ),
  "no header": rows.map((i) => `${i},${i % 7},${i * 2}`).join("\n"),
};
