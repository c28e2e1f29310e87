/** What choosing data changes besides the data: the project's name, and what was set for other data. */
import { beforeEach, describe, expect, it } from "vitest";
import { readCsv } from "../../src/data/csv.ts";
import { keptTable, pick } from "../../src/panels/data/choose.ts";
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

it("another file takes the place of one's first, which undo brings back", () => {
  const shops = readCsv(bytes("a,b\n1,yes\n2,no\n3,yes"), "shops.csv");
  const kept = () => keptTable("csv")?.name;
  pick("csv", churn);
  pick("csv", shops);
  expect(kept()).toBe("shops");
  undo();
  expect(kept()).toBe("churn");
  pick("iris");
  pick("csv", shops);
  undo();
  expect(kept()).toBe("churn");
});

it("what was done about missing values of another file is not done to this one", () => {
  edit({ data: { ...project.value.data, missing: "drop" } });
  pick("csv", churn);
  expect(project.value.data.missing).toBe("mean");
});

it("two spirals have little noise, unless somebody set another", () => {
  const noise = () => project.value.data.noise;
  pick("spiral");
  expect(noise()).toBeLessThan(0.05);
  pick("moons");
  expect(noise()).toBe(firstProject().data.noise);
  edit({ data: { ...project.value.data, noise: 0.2 } });
  pick("spiral");
  expect(noise()).toBe(0.2);
});
