"""Tables in Parquet files: what is selected, read and refused."""

import os
import pickle
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from brickwork import Sequential, data, layers, utils
from brickwork.data import facts
from brickwork.data.rows import Rows

RNG = np.random.default_rng(0)
ROWS = 57
COLUMNS = {
    "a": RNG.normal(size=ROWS).astype("float32"),
    "b": RNG.integers(0, 9, ROWS),
    "y": RNG.normal(size=ROWS),
}


def written(path, columns=COLUMNS, group=10, **more):
    pq.write_table(pa.table(columns), path, row_group_size=group, **more)
    return path


@pytest.fixture
def table(tmp_path):
    return utils.ParquetTable(written(tmp_path / "t.parquet"))


def test_columns_are_selected_as_in_pandas(table):
    assert (table.columns, table.shape, len(table)) == (("a", "b", "y"), (57, 3), 57)
    assert table["y"].shape == (57,) and table["y"].ndim == 1
    assert table[["y", "a"]].columns == ("y", "a") == table.drop("b")[["y", "a"]].columns
    assert table.drop(["a", "b"]).shape == (57, 1)
    np.testing.assert_array_equal(np.asarray(table["b"]), COLUMNS["b"])
    wanted = np.column_stack([COLUMNS["y"], COLUMNS["a"]])
    np.testing.assert_array_equal(np.asarray(table[["y", "a"]]), wanted)
    assert np.asarray(table["a"]).dtype == "float32"
    assert repr(table) == "<ParquetTable of 57 rows: 'a', 'b', 'y'>"


@pytest.mark.parametrize("rows", [slice(0, 57), slice(3, 31), slice(20, 30), slice(56, None)])
def test_rows_in_any_order_of_reading(table, rows):
    part = table[rows]
    assert len(part) == len(COLUMNS["a"][rows]) and part.cuts[-1] == len(part)
    np.testing.assert_array_equal(np.asarray(part["a"]), COLUMNS["a"][rows])
    backwards = [np.asarray(part["a"][i : i + 7]) for i in range(0, len(part), 7)[::-1]]
    np.testing.assert_array_equal(np.concatenate(backwards[::-1]), COLUMNS["a"][rows])
    assert part.read().to_pydict()["b"] == COLUMNS["b"][rows].tolist()


def test_row_groups_are_where_rows_are_read_together(table):
    assert table.cuts.tolist() == [0, 10, 20, 30, 40, 50, 57]
    assert table[15:42].cuts.tolist() == [0, 5, 15, 25, 27]


def test_several_files_are_one_table(tmp_path):
    halves = [{k: v[:30] for k, v in COLUMNS.items()}, {k: v[30:] for k, v in COLUMNS.items()}]
    paths = [written(tmp_path / f"{i}.parquet", half) for i, half in enumerate(halves)]
    for given in (paths, str(tmp_path), tmp_path, str(tmp_path / "*.parquet")):
        found = utils.ParquetTable(given)
        np.testing.assert_array_equal(np.asarray(found["y"]), COLUMNS["y"])
    np.testing.assert_array_equal(np.asarray(found["y"][25:35]), COLUMNS["y"][25:35])


def test_numbers_of_all_kinds_are_those_of_arrow(tmp_path):
    kinds = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "float32", "float64"]
    for kind in [*kinds, "float16", "bool"]:
        columns = {name: RNG.integers(0, 2, ROWS).astype(kind) for name in "abc"}
        found = np.asarray(utils.ParquetTable(written(tmp_path / "k.parquet", columns)))
        np.testing.assert_array_equal(found, np.column_stack([*columns.values()]))
        assert found.dtype == kind
    mixed = {kind: RNG.integers(0, 99, ROWS).astype(kind) for kind in kinds}
    found = np.asarray(utils.ParquetTable(written(tmp_path / "m.parquet", mixed)))
    np.testing.assert_array_equal(found, np.column_stack([*mixed.values()]))


def test_rows_of_a_list_are_a_matrix(tmp_path):
    pixels = RNG.normal(size=(ROWS, 6)).astype("float32")
    lists = pa.FixedSizeListArray.from_arrays(pa.array(pixels.ravel()), 6)
    table = utils.ParquetTable(written(tmp_path / "l.parquet", {"x": lists}))
    np.testing.assert_array_equal(np.asarray(table["x"]), pixels)
    np.testing.assert_array_equal(np.asarray(table["x"][20:31]), pixels[20:31])


def test_missing_values_are_nan_and_name_their_place(tmp_path):
    columns = {"a": pa.array([1, None, 3]), "b": pa.array([1.0, 2.0, 3.0])}
    table = utils.ParquetTable(written(tmp_path / "n.parquet", columns, group=2))
    np.testing.assert_array_equal(np.asarray(table["a"]), [1, np.nan, 3])


def test_a_large_table_stays_in_its_file(table, monkeypatch):
    monkeypatch.setattr(facts, "LARGE", 100)
    found, names = data.as_numbers(table[["a", "y"]], "x")
    assert isinstance(found, Rows) and names == ("a", "y") and found.shape == (57, 2)
    assert found.cuts.tolist() == table.cuts.tolist() and found.select(slice(12, 20)).first == 12
    np.testing.assert_array_equal(found[12:33][:, 1], COLUMNS["y"][12:33])


@pytest.mark.parametrize(
    "act, match",
    [
        (lambda p: utils.ParquetTable(p / "no.parquet"), r"no\.parquet"),
        (lambda p: utils.ParquetTable(p / "no*.parquet"), "has no files"),
        (lambda p: utils.ParquetTable([]), "has no files"),
        (lambda p: utils.ParquetTable(p / "text.csv"), "text.csv"),
        (lambda p: utils.ParquetTable([p / "t.parquet", p / "other.parquet"]), "it lacks 'y'"),
        (lambda p: utils.ParquetTable([p / "t.parquet", p / "more.parquet"]), "it has 'z', too"),
        (lambda p: utils.ParquetTable([p / "t.parquet", p / "kind.parquet"]), "'a' is double"),
        (lambda p: utils.ParquetTable(p / "t.parquet")["z"], "got the column 'z'"),
        (lambda p: utils.ParquetTable(p / "t.parquet")[["a", "yy"]], "Did you mean 'y'"),
        (lambda p: utils.ParquetTable(p / "t.parquet").drop("z"), "got the column 'z'"),
        (lambda p: utils.ParquetTable(p / "t.parquet")[::2], "a step of 2"),
    ],
)
def test_what_is_refused(tmp_path, act, match):
    written(tmp_path / "t.parquet")
    written(tmp_path / "other.parquet", {"a": COLUMNS["a"], "b": COLUMNS["b"]})
    written(tmp_path / "more.parquet", COLUMNS | {"z": COLUMNS["a"]})
    written(tmp_path / "kind.parquet", COLUMNS | {"a": COLUMNS["a"].astype("float64")})
    (tmp_path / "text.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match=match):
        act(tmp_path)


def test_text_is_refused_by_its_column(tmp_path):
    table = utils.ParquetTable(written(tmp_path / "t.parquet", {"a": ["x", "y"]}))
    with pytest.raises(TypeError, match=r"x, column 'a': got text \(string\)"):
        data.as_numbers(table, "x")


def test_without_pyarrow_the_line_that_installs_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ValueError, match=r"pip install 'brickwork\[parquet\]'"):
        utils.ParquetTable(tmp_path / "t.parquet")


def test_an_interrupted_read_is_begun_again(table, monkeypatch):
    """Nothing is lost, and nothing is shifted."""
    part = table["y"]
    calls, cursor = [], part._cursor
    begin = cursor._begin

    def interrupted(group):
        begin(group)
        calls.append(group)
        if len(calls) == 2:
            next(cursor._rows)
            raise KeyboardInterrupt

    monkeypatch.setattr(cursor, "_begin", interrupted)
    with pytest.raises(KeyboardInterrupt):
        np.asarray(part)
    for rows in (slice(12, 20), slice(0, 57), slice(30, 31)):
        np.testing.assert_array_equal(np.asarray(part[rows]), COLUMNS["y"][rows])


def test_an_error_that_passes_is_no_error_for_ever(tmp_path):
    path = written(tmp_path / "t.parquet")
    table = utils.ParquetTable(path)
    path.rename(tmp_path / "away")
    with pytest.raises(OSError, match=r"t\.parquet"):
        np.asarray(table["y"])
    (tmp_path / "away").rename(path)
    np.testing.assert_array_equal(np.asarray(table["y"]), COLUMNS["y"])


def test_a_file_that_was_written_anew_is_refused(tmp_path):
    path = written(tmp_path / "t.parquet")
    table = utils.ParquetTable(path)
    written(path, dict(reversed([*COLUMNS.items()])))
    with pytest.raises(OSError, match="has changed since the ParquetTable was made"):
        np.asarray(table["a"])


def test_many_selections_share_a_few_open_files(tmp_path):
    path = written(tmp_path / "t.parquet")
    table = utils.ParquetTable(path)
    columns = [table["y"][i : i + 3] for i in range(0, 40)] + [table[["a", "y"]] for _ in range(60)]
    columns = [table[["y", "a"]][["y"]] for _ in range(60)] + columns
    for part in columns:
        np.asarray(part)
    links = [
        os.readlink(f"/proc/self/fd/{n}")
        for n in os.listdir("/proc/self/fd")
        if n.isdigit() and os.path.exists(f"/proc/self/fd/{n}")
    ]
    assert links.count(str(path)) <= 16


def test_wide_lists_are_decoded_a_few_rows_at_a_time(tmp_path):
    wide = np.zeros((40, 1 << 20), "uint8")
    lists = pa.FixedSizeListArray.from_arrays(pa.array(wide.ravel()), 1 << 20)
    table = utils.ParquetTable(written(tmp_path / "w.parquet", {"x": lists}, group=40))
    sizes = [batch.num_rows for batch in table.batches()]
    assert max(sizes) == 8 and sum(sizes) == 40


def test_lists_of_any_length_have_that_of_the_first_one(tmp_path, monkeypatch):
    lists = [[float(i), 2.0] for i in range(30)]
    table = utils.ParquetTable(written(tmp_path / "l.parquet", {"x": lists}))
    assert data.as_numbers(table["x"], "x")[0].shape == (30, 2)
    monkeypatch.setattr(facts, "LARGE", 10)
    found = data.as_numbers(table["x"], "x")[0]
    assert isinstance(found, Rows) and found.shape == (30, 2)
    np.testing.assert_array_equal(found[3:5], [[3, 2], [4, 2]])


def test_text_goes_to_layers_that_take_it(tmp_path):
    words = {"s": ["sea", "land", "sea", "air"], "y": [1.0, 0.0, 1.0, 0.0]}
    table = utils.ParquetTable(written(tmp_path / "s.parquet", words))
    lookup = layers.StringLookup()
    lookup.adapt(table["s"])
    assert set(lookup.get_vocabulary()[1:]) == {"sea", "land", "air"}
    made = layers.Table.from_data(table.drop("y"))
    plain = layers.Table.from_data(table.drop("y").to_pandas())
    assert made.get_config()["columns"] == plain.get_config()["columns"]
    model = Sequential([made, layers.Dense(1)])
    model.compile("sgd", "mse")
    assert np.isfinite(model.fit(table.drop("y"), table["y"], verbose=0).history["loss"]).all()


def test_a_table_is_like_one_of_pandas(table, tmp_path, monkeypatch):
    assert list(table) == ["a", "b", "y"] and "b" in table and "z" not in table
    np.testing.assert_array_equal(table["y"][np.array([3, 50, 3])], COLUMNS["y"][[3, 50, 3]])
    assert table.to_pandas().columns.tolist() == ["a", "b", "y"]
    assert table["a"].to_pandas().name == "a"
    with pytest.raises(ValueError, match="got 0, expected a name of a column"):
        table[0]
    copy = pickle.loads(pickle.dumps(table["y"][5:20]))
    np.testing.assert_array_equal(np.asarray(copy), COLUMNS["y"][5:20])
    monkeypatch.chdir(tmp_path)
    near = utils.ParquetTable("t.parquet")
    monkeypatch.chdir("/")
    assert len(near.read()) == ROWS
    monkeypatch.setattr(facts, "LARGE", 10)
    with pytest.raises(ValueError, match="expected neighbouring ones"):
        table[np.array([1])]


def test_files_may_differ_in_what_may_be_missing(tmp_path):
    for name, nullable in (("a", True), ("b", False)):
        schema = pa.schema([pa.field("x", pa.float64(), nullable)])
        pq.write_table(pa.table({"x": [1.0, 2.0]}, schema), tmp_path / f"{name}.parquet")
    assert len(utils.ParquetTable(tmp_path)) == 4
