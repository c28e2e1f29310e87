"""docs/trust.md, block after block as it stands."""

import re
from pathlib import Path

import numpy as np

from brickwork import explain, uncertainty

PAGE = (Path(__file__).parents[1] / "docs" / "trust.md").read_text("utf-8")


def test_every_block_works(capsys):
    names: dict = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(compile(block, "docs/trust.md", "exec"), names)
    printed = capsys.readouterr().out
    assert "city = Seoul (" in printed and "yes from a probability of 0." in printed
    assert names["alarm"].tolist() == [True, False, False]
    inside = (names["low"] <= names["y"][800:]) & (names["y"][800:] <= names["high"])
    assert np.mean(inside) > 0.75


def test_the_page_names_all_there_is():
    for name in (*explain.__all__, *uncertainty.__all__):
        results = {"Attributions", "Dependence", "Importance", "Threshold"}
        assert name in results or f"`{name}`" in PAGE, name
