"""docs/tables.md, block after block as it stands."""

import re
from pathlib import Path

import numpy as np

import brickwork

PAGE = (Path(__file__).parents[1] / "docs" / "tables.md").read_text("utf-8")


def test_every_block_works(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(compile(block, "docs/tables.md", "exec"), names)
    printed = capsys.readouterr().out
    assert "['age']" in printed and "best" not in printed
    kept = brickwork.load_model("sold.brick")
    assert kept.class_names == ["no", "yes"]
    right = (kept.predict(names["df"], verbose=0)[:, 0] > 0.5) == (names["sold"] == "yes")
    assert np.mean(right) > 0.8


def test_the_page_names_every_estimator():
    from brickwork import sklearn, wrappers

    for name in (*sklearn.__all__, *wrappers.__all__, "KerasClassifier", "KerasRegressor"):
        assert f"{name}`" in PAGE
