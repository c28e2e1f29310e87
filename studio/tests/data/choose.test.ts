/** What choosing data changes besides the data: the project's name, and what was set for other data. */
import { beforeEach, describe, expect, it } from "vitest";
import { readCsv } from "../../src/data/csv.ts";
import { pick } from "../../src/panels/data/choose.ts";
import { edit, firstProject, project, undo } from "../../src/state/store.ts";
import { bytes } from "./choice.ts";

const churn = readCsv(bytes("a,churn\n1,yes\n2,no\n3,yes"), "churn.csv");
const name = () => project.value.name;

beforeEach(() => edit(firstProject()));

describe("the project's name", () => {
  it("follows the data, in the same step of undo", () => {
    pick("csv", churn);
    expect(name()).toBe("churn");
    pick("iris");
    expect(name()).toBe("iris");
    pick("drawn");
    expect(name()).toBe("drawn");
    undo();
    expect([name(), project.value.data.source]).toEqual(["iris", "iris"]);
    pick("csv");
    expect(name()).toBe("churn");
  });

  it("stays where somebody has given one", () => {
    edit({ name: "XOR, the lesson" });
    pick("csv", churn);
    expect(name()).toBe("XOR, the lesson");
  });
});

it("what was done about missing values of another file is not done to this one", () => {
  edit({ data: { ...project.value.data, missing: "drop" } });
  pick("csv", churn);
  expect(project.value.data.missing).toBe("mean");
});
