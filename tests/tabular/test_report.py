"""The report as a page: whole, in two languages, safe with any names; `brickwork train`."""

import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

import brickwork
from brickwork import cli, load_model
from brickwork.tabular import charts
from brickwork.tabular.words import ENGLISH, KOREAN, WORDS, Said

RNG = np.random.default_rng(2)
N = 80
HOSTILE = "<script>alert(1)</script>&\"'"
DATA = pd.DataFrame(
    {
        "age": RNG.integers(18, 80, N),
        HOSTILE: RNG.choice(["<b>", "=1+1", "바다"], N),
        "id": [f"p{i}" for i in range(N)],
    }
)
DATA["late"] = np.where(DATA["age"] + RNG.normal(0, 5, N) > 50, "<i>yes</i>", "no")


class Balanced(HTMLParser):
    """Raises where a tag is closed that is not open."""

    VOID = frozenset(("meta", "br"))

    def __init__(self, text):
        super().__init__()
        self.open, self.seen = [], []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def reports():
    number = DATA.assign(late=DATA["age"] * 2.0 + RNG.normal(0, 1, N))
    return [brickwork.train(one, "late", quality="fast").report for one in (DATA, number)]


@pytest.mark.parametrize("index", [0, 1])
def test_a_page_is_whole_and_needs_nothing_else(reports, index):
    text = reports[index].html()
    seen = Balanced(text).seen
    assert not [
        attrs for _, attrs in seen if {"src", "href"} & set(attrs) and "#" not in str(attrs)
    ]
    assert "http" not in re.sub(r'xmlns(:\w+)?="[^"]*"', "", text)
    assert [tag for tag, _ in seen].count("script") == 1
    assert "&lt;script&gt;alert(1)" in text and "another text in almost every row" in text
    for key in (
        "importance",
        "scores",
        "curves",
        "columns",
        "bricks",
        "calibration" if not index else "residuals",
    ):
        assert all(word in text for word in WORDS[key])


def test_the_language_that_is_shown_first(reports):
    assert reports[0].html().startswith('<!DOCTYPE html>\n<html lang="en">')
    assert reports[0].html("ko").startswith('<!DOCTYPE html>\n<html lang="ko">')
    with pytest.raises(ValueError, match="expected 'en' or 'ko'"):
        reports[0].html("fr")


@pytest.mark.parametrize("key", WORDS)
def test_both_languages_say_the_same_values(key):
    english, korean = (set(re.findall(r"\{(\w+)\}", text)) for text in WORDS[key])
    assert english == korean
    values = dict.fromkeys(english, "value")
    assert all("{" not in Said(key, **values).text(language) for language in (ENGLISH, KOREAN))


def test_every_word_is_used():
    import inspect

    from brickwork.layers.table import guesses, kinds, layer
    from brickwork.tabular import leaks, page, predictor, report, task, words

    modules = (guesses, kinds, layer, leaks, page, predictor, report, task, words.learnt)
    text = "".join(map(inspect.getsource, modules))
    used = {key for key in WORDS if f'"{key}"' in text or f"'{key}'" in text}
    assert set(WORDS) - used - {f"{key} text" for key in used} == set()


@pytest.mark.parametrize(
    "bounds", [(0, 1), (-3.2, 7.9), (0.001, 0.0011), (1e6, 5e6), (-1e-9, 2e-9)]
)
def test_ticks_are_few_and_within_bounds(bounds):
    found = charts.ticks(*bounds)
    assert 2 <= len(found) <= 7
    assert all(bounds[0] - 1e-12 <= value <= bounds[1] + 1e-12 for value in found)


def test_a_share_s_interval_is_that_of_statsmodels():
    # proportion_confint(8, 10, method="wilson") of statsmodels 0.14
    assert charts.wilson(0.8, 10) == pytest.approx((0.490162, 0.943318), abs=1e-4)


def run(*arguments):
    return cli.main(list(map(str, arguments)))


def test_the_command_writes_a_model_and_a_page_and_predicts(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    DATA.to_csv("data.csv", index=False)
    assert (
        run("train", "data.csv", "--target", "late", "-o", "late.brick", "--quality", "fast") == 0
    )
    said = capsys.readouterr()
    assert "this model" in said.out and "Scores on 16 rows" in said.out
    assert "wrote late.brick" in said.err and "wrote late.html" in said.err
    assert "벽돌" in (tmp_path / "late.html").read_text("utf-8")
    assert run("predict", "late.brick", "data.csv", "-o", "out.csv", "--keep", "id") == 0
    out = pd.read_csv("out.csv")
    expected = load_model("late.brick").predict(DATA, verbose=0)[:, 0]
    np.testing.assert_allclose(out["probability_no"], expected, rtol=1e-6)
    assert list(out["prediction"]) == list(np.where(expected > 0.5, "no", "<i>yes</i>"))
    capsys.readouterr()
    assert run("evaluate", "late.brick", "data.csv") == 0
    printed = capsys.readouterr().out
    for name, value in brickwork.Predictor.load("late.brick").score(DATA).items():
        assert f"{name}: {value:.4g} (" in printed
    assert run("evaluate", "late.brick", "data.csv", "--target", "age") != 0
    assert "got 'age', expected 'late' or nothing" in capsys.readouterr().err


def test_a_wrong_cell_is_named_by_its_line(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data = pd.DataFrame({"age": range(40), "day": pd.date_range("2026-01-01", periods=40)})
    data["day"] = data["day"].dt.strftime("%Y-%m-%d")
    data["late"] = np.where(data["age"] > 20, "yes", "no")
    brickwork.train(data, "late", quality="fast").save("late.brick")
    for column, cell, says in (
        ("age", "high", "line 4, the column 'age': got 'high', expected a number."),
        ("day", "soon", "line 4, the column 'day': got 'soon', expected a date of ISO 8601."),
    ):
        wrong = data.astype(object)
        wrong.loc[2, column] = cell
        wrong.to_csv("new.csv", index=False)
        assert run("predict", "late.brick", "new.csv") != 0
        assert f"new.csv, {says}" in capsys.readouterr().err


def test_predict_says_how_sure_it_is(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    DATA.to_csv("data.csv", index=False)
    brickwork.train(DATA, "late", quality="fast").save("late.brick")
    brickwork.train(DATA, "age", task="regression", quality="fast").save("age.brick")
    both = brickwork.train(
        DATA.assign(b=2 * DATA.age), ["age", "b"], task="regression", quality="fast"
    )
    both.save("both.brick")
    assert run("predict", "late.brick", "data.csv", "-o", "out.csv", "--coverage", "0.8") == 0
    sets = brickwork.Predictor.load("late.brick").predict_set(DATA, 0.8)
    assert list(pd.read_csv("out.csv")["set"]) == [" | ".join(one) for one in sets]
    assert run("predict", "age.brick", "data.csv", "-o", "out.csv", "--coverage", "0.8") == 0
    low, high = brickwork.Predictor.load("age.brick").predict_interval(DATA, 0.8)
    out = pd.read_csv("out.csv")
    assert list(out) == ["prediction", "low", "high"]
    np.testing.assert_allclose(out[["low", "high"]], np.column_stack([low, high]), rtol=1e-6)
    assert run("predict", "both.brick", "data.csv", "-o", "out.csv", "--coverage", "0.8") == 0
    assert list(pd.read_csv("out.csv"))[2:] == ["low_age", "low_b", "high_age", "high_b"]
    load_model("age.brick").save("model.brick")
    for model, share, says in (
        ("model.brick", "0.9", "model.brick holds a model, but not how sure it is"),
        ("age.brick", "90", "--coverage: got 90, expected a share such as 0.9"),
    ):
        assert run("predict", model, "data.csv", "--coverage", share) != 0
        assert says in capsys.readouterr().err


def test_the_command_reads_decimal_commas_missing_cells_and_parquet(tmp_path, capsys):
    text = "größe;ort;teuer\n" + "".join(
        f"{i % 40},{i % 10};{'?' if i % 9 == 0 else 'Ulm'};{'ja' if i % 40 > 20 else 'nein'}\n"
        for i in range(120)
    )
    (tmp_path / "data.csv").write_text(text, "cp1252")
    options = ["--encoding", "cp1252", "--decimal", ",", "--quality", "fast", "--report", "none"]
    model = tmp_path / "m.brick"
    assert run("train", tmp_path / "data.csv", "--target", "teuer", "-o", model, *options) == 0
    table = load_model(model).layers[0]
    assert [(c.name, c.kind, c.missing) for c in table.columns] == [
        ("größe", "number", False),
        ("ort", "category", True),
    ]
    assert not (tmp_path / "m.html").exists()
    options = options[:4]
    assert run("predict", model, tmp_path / "data.csv", *options, "-o", tmp_path / "o.csv") == 0
    frame = pd.read_csv(
        tmp_path / "data.csv", sep=";", decimal=",", encoding="cp1252", na_values="?"
    )
    frame.to_parquet(tmp_path / "data.parquet")
    assert run("predict", model, tmp_path / "data.parquet", "-o", tmp_path / "p.csv") == 0
    assert (tmp_path / "o.csv").read_text() == (tmp_path / "p.csv").read_text()


def test_later_files_mean_what_the_first_one_did(tmp_path, capsys):
    rows = range(60)
    lines = [f"{i % 28 + 1:02}/{i % 12 + 1:02}/2025,{i % 2 == 0},00{i % 3}" for i in rows]
    flags = ["yes" if i % 2 == 0 else "no" for i in rows]
    text = "day,flag,zip,y\n" + "\n".join(map(",".join, zip(lines, flags, strict=True)))
    (tmp_path / "data.csv").write_text(text.lower())
    model, kind = tmp_path / "m.brick", ["--kind", "flag=category", "--kind", "zip=category"]
    options = ["--target", "y", "-o", model, *kind, "--quality", "fast", "--report", "none"]
    assert run("train", tmp_path / "data.csv", *options) == 0
    columns = {column.name: column for column in load_model(model).layers[0].columns}
    assert columns["day"].form == "%d/%m/%Y" and set(columns["flag"].values) == {"true", "false"}
    assert set(columns["zip"].values) == {"000", "001", "002"}
    (tmp_path / "new.csv").write_text("day,flag,zip\n03/04/2025,True,001\n")
    capsys.readouterr()
    assert run("predict", model, tmp_path / "new.csv") == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[1].startswith("yes,") and "never seen" not in said.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--target", "aeg"], "Did you mean 'age'"),
        (["--target", "late", "--kind", "age"], "expected COLUMN=KIND"),
        (
            ["--target", "late", "--kind", "age=colour"],
            "'number', 'category', 'embedding' or 'date'",
        ),
        (["--target", "late", "-o", "model.txt"], ".brick"),
        (["--target", "late", "--group", "who"], "expected one of"),
    ],
)
def test_the_command_refuses_in_a_line(arguments, message, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    DATA.to_csv("data.csv", index=False)
    assert run("train", "data.csv", *arguments) != 0
    said = capsys.readouterr().err
    assert message in said and said.count("\n") == 1 and not list(tmp_path.glob("*.brick"))
