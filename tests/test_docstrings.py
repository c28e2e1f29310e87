"""Public docstrings are complete: a summary, every argument, returns, raises, an example."""

from scripts import script

docstrings = script("tools/docstrings.py")


def test_public_docstrings_are_complete():
    lacking = [
        f"{name} lacks: {', '.join(missing)}"
        for name, item in docstrings.public()
        if (missing := docstrings.lacks(item))
    ]
    assert not lacking, "\n".join(lacking)


def test_what_is_missing_is_found():
    def bare(x):
        if x:
            raise ValueError("no")
        return x

    assert docstrings.lacks(bare) == ["summary", "args (x)", "returns", "raises"]
    bare.__doc__ = "\n".join(
        [
            "Return x.",
            "",
            "Args:",
            "    x: a number.",
            "",
            "Returns:",
            "    x",
            "",
            "Raises:",
            "    ValueError: if x.",
        ]
    )
    assert docstrings.lacks(bare) == []
