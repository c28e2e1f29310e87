"""Python and the page know the same bricks, losses, metrics and optimizers."""

from page_code import ran

from brickwork import layers, optimizers
from brickwork.studio import catalogue


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
