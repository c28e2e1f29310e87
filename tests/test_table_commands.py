"""``brickwork summary``, ``predict`` and ``evaluate``: good models and tables, and bad ones."""

import csv
import io
import os
import sys

import numpy as np
import pytest

import brickwork
from brickwork import Input, Model, Sequential, layers
from brickwork.cli import COMMANDS, _parser, main
from brickwork.commands import table_files

NAMES = ["glucose", "bmi", "pedigree", "age"]
ROWS = np.random.default_rng(3).normal(size=(50, 4)).astype(np.float32)


def network(units=1, activation="sigmoid", loss="binary_crossentropy"):
    model = Sequential(
        [Input((4,)), layers.Dense(8, "tanh"), layers.Dense(units, activation)], name="tables"
    )
    model.compile("adam", loss, metrics=["accuracy"])
    return model


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """A folder of models; `named` knows its columns and classes."""
    folder = tmp_path_factory.mktemp("models")
    brickwork.utils.set_random_seed(1)
    pandas = pytest.importorskip("pandas")
    network().save(folder / "plain.brick")
    named = network()
    named.fit(pandas.DataFrame(ROWS, columns=NAMES), (ROWS[:, 0] > 0).astype(int), verbose=0)
    named.class_names = ["no", "yes, surely"]
    named.save(folder / "named.brick")
    for loss in ("categorical_crossentropy", "sparse_categorical_crossentropy"):
        three = network(3, "softmax", loss)
        three.class_names = ["a", "b", "c"]
        three.save(folder / f"{loss}.brick")
    network(2, None, "mse").save(folder / "two.brick")
    Sequential([Input((4,)), layers.Dense(1)]).save(folder / "uncompiled.brick")
    several().save(folder / "several.brick")
    return folder


def several():
    inputs = [
        Input((1,), name="price"),
        Input((1,), name="city", dtype="string"),
        Input((2,), name="place"),
        Input((1,), name="rooms", dtype="int32"),
    ]
    towns = layers.StringLookup(vocabulary=["seoul", "busan"], output_mode="one_hot")
    joined = layers.Concatenate()(
        [
            inputs[0],
            towns(inputs[1]),
            inputs[2],
            layers.Flatten()(layers.Embedding(5, 2)(inputs[3])),
        ]
    )
    model = Model(
        inputs,
        {
            "sold": layers.Dense(1, "sigmoid", name="sold")(joined),
            "days": layers.Dense(1, name="days")(joined),
        },
    )
    model.compile("adam", {"sold": "binary_crossentropy", "days": "mse"})
    return model


@pytest.fixture(autouse=True)
def here(models, tmp_path, monkeypatch):
    for path in models.iterdir():
        os.link(path, tmp_path / path.name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def table(path, header=NAMES, rows=None, **kwargs):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, **kwargs)
        writer.writerows([header, *(ROWS.tolist() if rows is None else rows)])


@pytest.fixture
def call(capsys):
    def call(*arguments, status=0):
        found = main(list(arguments))
        said = capsys.readouterr()
        assert found == status, said.err
        assert "Traceback" not in said.err
        return said.out if not status else said.err

    return call


def read(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_predictions_are_the_model_s_to_the_bit(call):
    table(
        "new.csv",
        ["id", *NAMES[::-1], "more"],
        [[f"w{i}", *row[::-1], "x"] for i, row in enumerate(ROWS.tolist())],
    )
    wanted = brickwork.load_model("named.brick").predict(ROWS, verbose=0)[:, 0]
    rows = read(call("predict", "named.brick", "new.csv", "--keep", "id"))
    assert list(rows[0]) == ["id", "prediction", "probability_no", "probability_yes, surely"]
    assert [row["id"] for row in rows] == [f"w{i}" for i in range(50)]
    found = np.array([row["probability_yes, surely"] for row in rows], np.float32)
    assert np.array_equal(found, wanted)
    assert [row["prediction"] for row in rows] == [
        ["no", "yes, surely"][int(p > 0.5)] for p in wanted
    ]


def test_what_is_not_used_is_said(capsys):
    table("new.csv", [*NAMES, "id"], [[1, 2, 3, 4, 5]])
    assert main(["predict", "named.brick", "new.csv"]) == 0
    assert capsys.readouterr().err == (
        "note: columns of new.csv that the model does not use: 'id'.\n"
    )
    assert main(["predict", "plain.brick", "new.csv", "--columns", "age,bmi,id,glucose"]) == 0
    assert capsys.readouterr().err == ""


def test_the_table_itself_is_not_overwritten(call):
    table("new.csv")
    with open("new.csv", "rb") as file:
        before = file.read()
    os.symlink("new.csv", "link.csv")
    for name in ("new.csv", "./new.csv", "link.csv"):
        assert "the table itself" in call("predict", "named.brick", "new.csv", "-o", name, status=2)
    with open("new.csv", "rb") as file:
        assert file.read() == before


def test_columns_of_the_training_keep_their_order(call):
    table("new.csv")
    said = call(
        "predict", "named.brick", "new.csv", "--columns", "age,bmi,glucose,pedigree", status=2
    )
    assert "in another order, expected glucose,bmi,pedigree,age" in said
    # Users may name columns differently.
    table("other.csv", ["g", *NAMES[1:]])
    assert call("predict", "named.brick", "other.csv", "--columns", "g,bmi,pedigree,age") == call(
        "predict", "named.brick", "new.csv"
    )


def test_rows_without_names_are_taken_by_numbers(call):
    table("new.csv")
    with open("new.csv") as file, open("bare.csv", "w") as bare:
        bare.writelines(file.readlines()[1:])
    said = call("predict", "named.brick", "bare.csv", "--no-header", status=1)
    assert "--columns 0,1,2,3" in said
    assert call(
        "predict", "named.brick", "bare.csv", "--no-header", "--columns", "0,1,2,3"
    ) == call("predict", "named.brick", "new.csv")


def test_a_closed_output_is_said(monkeypatch):
    table("new.csv")
    with monkeypatch.context() as closed:
        closed.setattr(sys, "stdout", None)
        assert main(["predict", "named.brick", "new.csv"]) == 2
        assert main(["predict", "named.brick", "new.csv", "-o", "out.csv"]) == 0
    assert os.path.getsize("out.csv")


def test_a_full_disk_is_not_the_standard_output(call, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("brickwork.pictures.picture.Picture.written", full)
    assert call("draw", "4-2", "-o", "x.svg", status=1) == (
        "brickwork draw: No space left on device.\n"
    )


def test_portions_are_joined(call, monkeypatch):
    table("new.csv")
    whole = call("predict", "plain.brick", "new.csv")
    monkeypatch.setattr(table_files, "CHUNK_ROWS", 7)
    assert call("predict", "plain.brick", "new.csv") == whole
    call("predict", "plain.brick", "new.csv", "-o", "out.csv")
    with open("out.csv", encoding="utf-8") as file:
        assert file.read() == whole and whole.count("\n") == 51
    found = call(
        "evaluate", "two.brick", "new.csv", "--target", "bmi,age", "--columns", ",".join(NAMES)
    )
    model = brickwork.load_model("two.brick")
    wanted = model.evaluate(ROWS, ROWS[:, [1, 3]], verbose=0, return_dict=True)
    assert found == "50 rows of new.csv, target bmi,age\n" + "".join(
        f"{name}: {value}\n" for name, value in wanted.items()
    )


@pytest.mark.parametrize("loss", ["categorical_crossentropy", "sparse_categorical_crossentropy"])
@pytest.mark.parametrize("labels", [["a", "c"], ["0", "2"]])
def test_targets_are_names_or_numbers_of_classes(call, loss, labels):
    right = (ROWS[:, 0] > 0).astype(int)
    table(
        "test.csv",
        [*NAMES, "kind"],
        [[*row, labels[k]] for row, k in zip(ROWS.tolist(), right, strict=True)],
    )
    said = call("evaluate", f"{loss}.brick", "test.csv", "--target", "kind")
    model = brickwork.load_model(f"{loss}.brick")
    y = 2 * right if "sparse" in loss else np.eye(3)[2 * right]
    for name, value in model.evaluate(ROWS, y, verbose=0, return_dict=True).items():
        assert f"{name}: {value}\n" in said


@pytest.mark.parametrize(
    "units, activation, classes, names",
    [
        (1, "sigmoid", ["no", "yes"], ["prediction", "probability_no", "probability_yes"]),
        (2, "softmax", ["no", "yes"], ["prediction", "probability_no", "probability_yes"]),
        (3, None, list("abc"), ["prediction", "score_a", "score_b", "score_c"]),
        (3, "sigmoid", list("abc"), ["probability_a", "probability_b", "probability_c"]),
        (3, "softmax", None, ["prediction_0", "prediction_1", "prediction_2"]),
        (1, None, ["no", "yes"], ["prediction"]),
        (1, None, None, ["prediction"]),
    ],
)
def test_columns_of_results(call, units, activation, classes, names):
    model = network(units, activation, "mse")
    model.class_names = classes
    model.save("m.brick")
    table("new.csv")
    rows = read(call("predict", "m.brick", "new.csv"))
    assert list(rows[0]) == names
    numbers = np.array([[row[name] for name in names[-units:]] for row in rows], np.float32)
    assert np.array_equal(numbers, model.predict(ROWS, verbose=0))


def test_several_inputs_and_outputs(call):
    rows = [["seoul", 1.5, 0, 1, 3, 1, 10], ["jeju; do", 3, 1, 1, 4, 0, 3]]
    table(
        "new.csv",
        ["city", "price", "place_0", "place_1", "rooms", "sold", "n"],
        rows,
        delimiter=";",
    )
    x = {
        "price": np.array([1.5, 3]),
        "city": np.array(["seoul", "jeju; do"]),
        "place": np.array([[0, 1], [1, 1]]),
        "rooms": np.array([3, 4]),
    }
    model = brickwork.load_model("several.brick")
    wanted = model.predict(x, verbose=0)
    for row, sold, days in zip(
        read(call("predict", "several.brick", "new.csv")),
        wanted["sold"],
        wanted["days"],
        strict=True,
    ):
        assert (np.float32(row["sold"]), np.float32(row["days"])) == (sold[0], days[0])
    said = call("evaluate", "several.brick", "new.csv", "--target", "sold,days=n")
    y = {"sold": np.array([1, 0]), "days": np.array([10.0, 3.0])}
    for name, value in model.evaluate(x, y, verbose=0, return_dict=True).items():
        assert f"{name}: {value}\n" in said
    for target, words in (("sold", "got none for days"), ("sold,n", "expected OUTPUT=COLUMN")):
        assert words in call("evaluate", "several.brick", "new.csv", "--target", target, status=2)


H = ",".join(NAMES)


@pytest.mark.parametrize(
    "text, options",
    [
        (f"\ufeff{H}\n1,2,3,4\n", []),
        (H.replace(",", ";") + "\n1;2;3;4\n", []),
        (H.replace(",", ";") + "\n1,0;2;3;4e0\n", ["--decimal", ","]),
        ("sep=|\n" + H.replace(",", "|") + "\n1|2|3|4\n", []),
        (H.replace(",", "\t") + "\r\n1\t2\t3\t4\r\n", []),
        (f"{H}\r1,2,3,4\r", []),
        (H.replace(",", "\t") + "\n1\t2\t3\t4\n", ["--delimiter", "tab"]),
        ('"glucose", "bmi", "pedigree", "age"\n"1", "2", 3, 4\n\n\n', []),
        (f'{H},note\n1,2,3,4,"two\nlines, and a comma"\n', []),
        (f"{H}\n1,2,3,4,,\n", []),
        ("1,2,3,4\n", ["--no-header", "--columns", "0,1,2,3"]),
        (f"{H}\nTrue,2,3,4\n", []),
        ("age,bmi,x,glucose,pedigree\n4,2,n/a,1,3\n", []),
        (f"{H}\n 1 ,2,3,4", []),
    ],
)
def test_csv_as_people_write_it(call, text, options):
    with open("new.csv", "w", encoding="utf-8", newline="") as file:
        file.write(text)
    (row,) = read(call("predict", "named.brick", "new.csv", *options))
    wanted = brickwork.load_model("named.brick").predict(np.array([[1, 2, 3, 4.0]]), verbose=0)
    assert np.float32(row["probability_yes, surely"]) == wanted[0, 0]


@pytest.mark.parametrize(
    "coding, options", [("utf-16", []), ("utf-8-sig", []), ("cp1252", ["--encoding", "cp1252"])]
)
def test_encodings(call, coding, options):
    with open("new.csv", "w", encoding=coding) as file:
        file.write(f"{H},größe\n1,2,3,4,5\n")
    assert (
        read(call("predict", "named.brick", "new.csv", "--keep", "größe", *options))[0]["größe"]
        == "5"
    )


@pytest.mark.parametrize(
    "text, words",
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        (f"{H}\n", "no rows"),
        (f"{H}\n\n\n", "no rows"),
        (f"{H}\n1,2,3\n", "line 2: got 3 cells, expected 4"),
        (f"{H}\n\n1,2,3,4\n1,2,3,4,5\n", "line 4: got 5 cells, expected 4"),
        (f"{H}\n1,2,3,4\n1,,3,4\n", "line 3, column 'bmi': the cell is empty"),
        (f"{H}\n1,NA,3,4\n", "line 2, column 'bmi': got NA, and the model takes numbers only"),
        (f"{H}\n1,abc,3,4\n", "line 2, column 'bmi': got 'abc', expected a number."),
        (f'{H}\n1,"2,5",3,4\n', "--decimal ,"),
        (f"{H}\n1,inf,3,4\n", "column 'bmi': got inf"),
        (f"{H}\n1,1e39,3,4\n", "got 1e39, expected a number that a float32 can hold"),
        (f'{H},note\n1,2,3,4,"two\nlines"\n1,2,3,x,\n', "line 4, column 'age': got 'x'"),
        ("Glucose,bmi,pedigree,age\n1,2,3,4\n", "no column 'glucose'; it has 'Glucose', 'bmi'"),
        ("glucose,bmi,bmi,pedigree,age\n1,2,2,3,4\n", "several columns named 'bmi'"),
        ("1,2,3,4\n1,2,3,4\n", "--no-header"),
        (f'{H}\n1,2,"3,4\n', "line 2: unexpected end"),
        (f'{H}\n1,2,"3"x,4\n', "line 2: ',' expected after"),
        (f"{H}\n1,2,3\0,4\n", "line 2"),
        ("PK\x03\x04", "Excel workbook"),
        ("PAR1xxxx", "new.csv: damaged"),
    ],
)
def test_tables_that_do_not_fit(call, text, words):
    if text.startswith("PAR1"):
        pytest.importorskip("pyarrow")
    with open("new.csv", "w", encoding="utf-8", newline="") as file:
        file.write(text)
    said = call("predict", "named.brick", "new.csv", "-o", "out.csv", status=1)
    assert said.startswith(("brickwork predict: new.csv", "note: ")) and words in said
    assert not os.path.exists("out.csv")
    assert [name for name in os.listdir() if name.startswith(".")] == []


def test_points_between_thousands_are_not_taken_for_decimal_marks(call):
    for cell in ("1.234", "1.234,5"):
        with open("new.csv", "w") as file:
            file.write(f"{H.replace(',', ';')}\n{cell};2;3,5;4\n")
        said = call("predict", "named.brick", "new.csv", "--decimal", ",", status=1)
        assert f"line 2, column 'glucose': got {cell!r}, expected a number. The decimal" in said


def test_bytes_that_are_no_text(call):
    with open("new.csv", "wb") as file:
        file.write(f"{H},n\xe4me\n1,2,3,4,5\n".encode("latin-1"))
    assert "--encoding cp1252" in call("predict", "named.brick", "new.csv", status=1)
    with open("new.csv", "wb") as file:
        file.write(b"\x1f\x8b\x08")
    assert "gunzip -c" in call("predict", "named.brick", "new.csv", status=1)
    with open("new.parquet", "wb") as file:
        file.write(b"glucose,bmi\n")
    assert "no Parquet file" in call("predict", "named.brick", "new.parquet", status=1)


@pytest.mark.parametrize(
    "arguments, status, words",
    [
        (["predict", "named.brick", "gone.csv"], 1, "gone.csv: No such file"),
        (["predict", "named.brick", "."], 1, "Is a directory"),
        (["predict", "gone.brick", "new.csv"], 1, "gone.brick: there is no such file"),
        (
            ["predict", "new.csv", "new.csv"],
            2,
            "model: got 'new.csv', expected a name that ends in",
        ),
        (["predict", "cut.brick", "new.csv"], 1, "cut.brick: "),
        (["predict", "bad.json", "new.csv"], 2, "which holds no weights"),
        (["predict", "named.brick", "new.csv", "-o", "out.txt"], 2, "-o: got 'out.txt', expected"),
        (["predict", "named.brick", "new.csv", "-o", "no/out.csv"], 2, "there is no folder 'no'"),
        (
            ["predict", "named.brick", "new.csv", "--columns", "bmi"],
            2,
            "--columns: got 1, expected 4",
        ),
        (["predict", "named.brick", "new.csv", "--keep", "agee"], 1, "Did you mean 'age'?"),
        (
            ["predict", "named.brick", "new.csv", "--keep", "prediction"],
            2,
            "--keep: got prediction",
        ),
        (["predict", "named.brick", "new.csv", "--delimiter", "ab"], 2, "--delimiter: got 'ab'"),
        (["predict", "named.brick", "new.csv", "--encoding", "xx"], 2, "--encoding: got 'xx'"),
        (["predict", "plain.brick", "new.csv"], 1, "Say which: --columns A,B,..."),
        (
            ["evaluate", "named.brick", "new.csv"],
            2,
            "--target: got none, expected the name of the target",
        ),
        (["evaluate", "named.brick", "new.csv", "--target", "agee"], 1, "Did you mean 'age'?"),
        (
            ["evaluate", "named.brick", "new.csv", "--target", "prediction"],
            1,
            "got 'maybe', expected one of the model's classes, 'no', 'yes, surely'",
        ),
        (
            ["evaluate", "plain.brick", "new.csv", "--target", "prediction", "--columns", H],
            1,
            "model.class_names = [...]",
        ),
        (
            ["evaluate", "uncompiled.brick", "new.csv", "--target", "age", "--columns", H],
            2,
            "saved without a loss",
        ),
        (
            [
                "evaluate",
                "categorical_crossentropy.brick",
                "new.csv",
                "--target",
                "big",
                "--columns",
                H,
            ],
            1,
            "got classes 7 to 7, expected 0 to 2",
        ),
        (["run", "named.brick"], 2, "a model's file, expected a Python file. To look at a model"),
        (["convert", "plain.brick", "new.csv/x.json"], 2, "'new.csv' is a file."),
        (["summary", "gone.json"], 1, "gone.json: No such file"),
        (["summary", "bad.json"], 1, "bad.json: got invalid JSON"),
        (["summary", "named.brick", "--line-length", "7"], 2, "too short"),
        (["summary", "new.csv"], 2, "expected sizes (4-8-6-1)"),
        (["convert", "cut.brick", "x.json"], 1, "cut.brick: "),
        (["convert", "bad.json", "x.brick"], 1, "bad.json: got invalid JSON"),
        (["convert", "plain.brick", "x.onnx"], 2, "does not write ONNX files yet; docs/deploy"),
        (["convert", "plain.brick", "no/x.json"], 2, "there is no folder 'no'"),
        (["convert", "plain.brick", "x.json", "--custom", "nothing"], 2, "--custom: got 'nothing'"),
        (["demo", "--picture", "x.doc"], 2, "--picture: got 'x.doc', expected a name that ends in"),
        (["demo", "--picture", "no/x.svg"], 2, "--picture: "),
        (["demo", "--model", "x.pdf"], 2, "--model: got 'x.pdf'"),
        (["demo", "--table", "no/x.csv"], 2, "--table: got 'no/x.csv'"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(call, arguments, status, words, capsys):
    table("new.csv", [*NAMES, "prediction", "big"], [[1, 2, 3, 4, "maybe", 7]])
    with open("plain.brick", "rb") as file, open("cut.brick", "wb") as cut:
        cut.write(file.read(1000))
    with open("bad.json", "w") as file:
        file.write("{")
    said = call(*arguments, status=status).splitlines()
    assert words in said[-1] and said[-1].startswith(f"brickwork {arguments[0]}: ")
    assert all(line.startswith("note: ") for line in said[:-1]), "nothing was trained before"


def test_parquet(call):
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    rows = {name: ROWS[:, i].astype(float) for i, name in enumerate(NAMES)}
    parquet.write_table(pyarrow.table({"id": range(50), **rows}), "new.parquet")
    table("new.csv", ["id", *NAMES], [[i, *row] for i, row in enumerate(ROWS.tolist())])
    wanted = call("predict", "named.brick", "new.csv", "--keep", "id")
    assert call("predict", "named.brick", "new.parquet", "--keep", "id") == wanted
    call("predict", "named.brick", "new.parquet", "--keep", "id", "-o", "out.parquet")
    found = parquet.read_table("out.parquet").to_pydict()
    assert found["id"] == list(range(50))
    assert found["prediction"] == [row["prediction"] for row in read(wanted)]
    rows["bmi"] = [*rows["bmi"][:49], None]
    parquet.write_table(pyarrow.table(rows), "gap.parquet")
    assert "row 50, column 'bmi'" in call("predict", "named.brick", "gap.parquet", status=1)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_tables_that_are_damaged_anywhere(kind, capsys):
    random = np.random.default_rng(7)
    if kind == "csv":
        table("whole.csv")
    else:
        pyarrow = pytest.importorskip("pyarrow")
        from pyarrow import parquet

        parquet.write_table(pyarrow.table(dict(zip(NAMES, ROWS.T, strict=True))), "whole.parquet")
    with open(f"whole.{kind}", "rb") as file:
        whole = file.read()
    statuses = set()
    for _ in range(150):
        bytes_ = bytearray(whole)
        for place in random.integers(len(whole), size=3):
            bytes_[place] = random.choice(list(b'",;\n\r\t\0\xff0-e.N'))
        with open("damaged", "wb") as file:
            file.write(bytes_)
        statuses.add(main(["predict", "named.brick", "damaged"]))
        said = capsys.readouterr().err
        assert "fault of brickwork" not in said and said.count("\n") <= 2, said
    assert statuses == {0, 1}


def test_parquet_without_pyarrow(call, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    table("new.csv")
    assert "pip install pyarrow" in call(
        "predict", "named.brick", "new.csv", "-o", "out.parquet", status=1
    )
    with open("new.parquet", "wb") as file:
        file.write(b"PAR1")
    assert "pip install pyarrow" in call("predict", "named.brick", "new.parquet", status=1)


def test_summaries(call):
    said = call("summary", "named.brick")
    assert "(None, 8)" in said and " Columns: glucose, bmi, pedigree, age\n" in said
    assert " Classes: no, yes, surely\n" in said and "▓" in said
    assert " Compiled: optimizer Adam, loss binary_crossentropy, metrics accuracy\n" in said
    assert "▓" not in call("summary", "named.brick", "--no-bricks")
    assert "Trainable" in call("summary", "4-8-6-1", "--show-trainable", "--line-length", "60")
    with open("model.json", "w") as file:
        file.write(network().to_json())
    assert "Total params: 49" in call("summary", "model.json")


def test_the_demo_leaves_what_the_other_commands_take(call):
    said = call("demo", "--picture", "x.svg", "--model", "lesson.brick", "--table", "women.csv")
    assert "78.9% right" in said
    assert "\naccuracy: 0.789156" in call(
        "evaluate", "lesson.brick", "women.csv", "--target", "diabetes"
    )
    assert len(read(call("predict", "lesson.brick", "women.csv"))) == 332


def test_every_command_has_a_line_an_example_and_its_place_on_the_page(capsys):
    page = os.path.join(os.path.dirname(__file__), "..", "docs", "command-line.md")
    with open(page, encoding="utf-8") as file:
        text = file.read()
    assert main([]) == 0
    listed = capsys.readouterr().out
    assert max(map(len, listed.splitlines())) < 80
    for name, (what, *_) in COMMANDS.items():
        assert f"  {name:10}{what}\n" in listed and f"| [`{name}`]" in text
        assert f"    brickwork {name}" in text
        assert main([name, "--help"]) == 0
        said = capsys.readouterr().out
        assert "examples:\n  brickwork " in said and max(map(len, said.splitlines())) < 80


def test_every_option_has_a_line():
    commands = next(a for a in _parser()._actions if a.dest == "command").choices
    assert [
        f"{name} {action.dest}"
        for name, command in commands.items()
        for action in command._actions
        if not action.help
    ] == []
