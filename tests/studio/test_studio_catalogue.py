"""Python and the page know the same bricks, losses, metrics and optimizers, and limits."""

import re

from page_code import STUDIO, ran

from brickwork import layers, optimizers
from brickwork.studio import catalogue, projects
from brickwork.studio.limits import Limits
from brickwork.studio.messages import LONGEST


def test_the_catalogue_is_the_pages():
    page = ran(
        """
        import { ACTIVATIONS, BRICKS, INITIALIZERS, LOSSES, METRICS, OPTIMIZERS }
          from "./src/wall/catalogue.ts";
        const fields = (kinds: Record<string, { fields: object }>) => Object.fromEntries(
          Object.entries(kinds).map(([name, { fields }]) => [name, Object.keys(fields)]));
        console.log(JSON.stringify({ ACTIVATIONS, INITIALIZERS, LOSSES, METRICS,
          BRICKS: fields(BRICKS), OPTIMIZERS: fields(OPTIMIZERS) }));
        """
    )
    for name in ("ACTIVATIONS", "INITIALIZERS", "LOSSES", "METRICS"):
        assert sorted(page[name]) == sorted(getattr(catalogue, name))
    for name in ("BRICKS", "OPTIMIZERS"):
        ours = getattr(catalogue, name)
        assert {n: sorted(f) for n, f in page[name].items()} == {
            n: sorted(f) for n, f in ours.items()
        }


def test_all_of_it_is_the_librarys():
    for module, table in ((layers, catalogue.BRICKS), (optimizers, catalogue.OPTIMIZERS)):
        for name, arguments in table.items():
            assert {*arguments} <= {*getattr(module, name).__fields__}


def test_arguments_have_the_pages_ranges():
    page = ran(
        """
        import { BRICKS, OPTIMIZERS } from "./src/wall/catalogue.ts";
        const found: unknown[] = [];
        for (const { fields } of [...Object.values(BRICKS), ...Object.values(OPTIMIZERS)])
          for (const [name, field] of Object.entries(fields) as any)
            if (field.type === "number" || field.type === "integer")
              found.push([name, [field.min, field.max, field.open ?? ""]]);
        console.log(JSON.stringify(found));
        """
    )
    assert {name for name, _ in page} == {*catalogue.RANGES} - {"l1", "l2"}
    for name, ends in page:
        assert [*catalogue.RANGES[name]] == ends, name


def test_penalties_have_the_pages_range():
    page = ran(
        """
        import { isRegularizer } from "./src/wall/catalogue.ts";
        const takes = (l1: number) => isRegularizer({ class_name: "L1", config: { l1 } });
        console.log(JSON.stringify([-1e-9, 0, 1e6, 1e6 + 1].map(takes)));
        """
    )
    assert page == [False, True, True, False]
    assert catalogue.RANGES["l1"] == catalogue.RANGES["l2"] == (0, 1e6, "")


def test_what_a_page_opens_can_be_trained_and_no_more():
    page = ran(
        """
        import { LIMITS } from "./src/data/rows.ts";
        import { MOST_CLASSES } from "./src/data/target.ts";
        import { MOST } from "./src/files/check.ts";
        import { MOST_BYTES } from "./src/files/project.ts";
        import { BRICKS, TRAINING } from "./src/wall/catalogue.ts";
        console.log(JSON.stringify({ LIMITS, MOST_CLASSES, MOST, MOST_BYTES, TRAINING }));
        """
    )
    table, most, limits = page["LIMITS"], page["MOST"], Limits()
    assert (limits.rows, limits.bricks, limits.inputs) == (
        table["rows"],
        most["bricks"],
        most["inputs"],
    )
    assert limits.parameters == most["parameters"]
    assert limits.units == catalogue.RANGES["units"].high
    assert limits.epochs == most["epochs"] == page["TRAINING"]["epochs"]["max"]
    assert limits.rows == most["batchSize"] == page["TRAINING"]["batch_size"]["max"]
    assert (catalogue.MOST_COLUMNS, catalogue.MOST_CELLS) == (table["columns"], table["cells"])
    assert catalogue.MOST_CLASSES == page["MOST_CLASSES"]
    assert catalogue.LONGEST_NAME == most["name"]
    assert (catalogue.MOST_EPOCHS, catalogue.MOST_BATCH) == (most["epochs"], most["batchSize"])
    assert projects.LARGEST == page["MOST_BYTES"]
    project = (STUDIO / "src/files/project.ts").read_text("utf-8")
    assert int(re.search(r"MOST_LOGS = (\d+)", project)[1]) == catalogue.MOST_LOGS


def test_a_message_has_room_for_the_largest_job():
    prepare = (STUDIO / "src/data/prepare.ts").read_text("utf-8")
    numbers = float(re.search(r"MOST_NUMBERS = ([\de]+);", prepare)[1])
    limits = Limits()
    assert 4 * (numbers + limits.rows + limits.parameters) + LONGEST <= limits.message
