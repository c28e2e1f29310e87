"""The command line, and the lesson in every dialect, each in a separate process."""

import os
import re
import shlex
import signal
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from samples import PYTHON, environment, python

from brickwork.cli import main

ROOT = Path(__file__).parent.parent
BRICKWORK = ["-m", "brickwork"]
BUILDING = """
from {keras}.models import Sequential
from {keras}.layers import Dense
model = Sequential()
model.add(Dense(8, input_dim=4, init='uniform', activation='relu'))
model.add(Dense(6, init='uniform', activation='relu'))
model.add(Dense(1, init='uniform', activation='sigmoid'))
model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
model.fit(X, Y, nb_epoch=150, batch_size=10)
scores = model.evaluate(X, Y)
from IPython.display import SVG
from {keras}.utils.visualize_util import model_to_dot
"""
PICTURE = "SVG(model_to_dot(model, show_shapes=True).create(prog='dot', format='svg'))"
DATA = """
import numpy as np
np.random.seed(5)
X = np.random.rand(200, 4)
Y = (X.sum(axis=1) > 2).astype(int)
"""
SHOW = """
print('scores', scores)
open('model.svg', 'w').write(picture.data)
"""


def call(command, folder):
    done = python(*command, cwd=folder)
    assert done.returncode == 0, done.stderr
    return done


def scores_of(text: str) -> list[float]:
    found = re.search(r"scores \[(.*), (.*)\]", text)
    return [float(found[1]), float(found[2])]


def check_picture(path) -> None:
    text = " ".join(ET.fromstring(path.read_bytes()).itertext())
    for name, inputs, outputs in (("dense", 4, 8), ("dense_1", 8, 6), ("dense_2", 6, 1)):
        assert all(
            word in text for word in (name, "Dense", f"(None, {inputs})", f"(None, {outputs})")
        )


@pytest.fixture(scope="module")
def keras_1(tmp_path_factory):
    """What the lesson says under `brickwork run`."""
    folder = tmp_path_factory.mktemp("keras1")
    script = DATA + BUILDING.format(keras="keras") + f"picture = {PICTURE}" + SHOW
    (folder / "lesson.py").write_text(script)
    done = call([*BRICKWORK, "run", "lesson.py"], folder)
    return folder, done


def test_the_lesson_as_written_for_keras_1(keras_1):
    folder, done = keras_1
    loss, accuracy = scores_of(done.stdout)
    assert loss < 0.3 and accuracy > 0.9
    assert "Epoch 150/150\n20/20 " in done.stdout
    check_picture(folder / "model.svg")
    line, *lines = done.stderr.splitlines()
    assert line.startswith("Using brickwork's engine: native (")
    for words in (
        "init is kernel_initializer",
        "nb_epoch is epochs",
        "keras.utils.visualize_util is keras.utils",
    ):
        assert sum(words in line for line in lines) == 1


@pytest.mark.parametrize("dialect", ["brickwork", "tensorflow.keras"])
def test_the_lesson_under_other_names_is_the_same_to_the_bit(keras_1, tmp_path, dialect):
    script = DATA + BUILDING.format(keras=dialect) + f"picture = {PICTURE}" + SHOW
    (tmp_path / "lesson.py").write_text(script)
    command = [] if dialect == "brickwork" else [*BRICKWORK, "run"]
    done = call([*command, "lesson.py"], tmp_path)
    assert scores_of(done.stdout) == scores_of(keras_1[1].stdout)
    check_picture(tmp_path / "model.svg")


def test_the_lesson_in_a_notebook_is_the_same_to_the_bit(keras_1, tmp_path):
    cells = [
        "%load_ext brickwork.dialects",
        DATA,
        BUILDING.format(keras="keras"),
        f"picture = {PICTURE}\npicture",
        "assert '<svg' in picture._repr_svg_()\n" + SHOW,
    ]
    (tmp_path / "notebook.py").write_text(
        "import os\nos.environ['IPYTHONDIR'] = os.getcwd()\n"
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        f"for cell in {cells!r}:\n    shell.run_cell(cell).raise_error()\n"
    )
    done = call(["notebook.py"], tmp_path)
    assert scores_of(done.stdout) == scores_of(keras_1[1].stdout)
    check_picture(tmp_path / "model.svg")


def test_the_same_model_in_the_words_of_keras_3_is_the_same_to_the_bit(keras_1, tmp_path):
    (tmp_path / "lesson.py").write_text(
        DATA
        + """
import brickwork as keras
model = keras.Sequential([
    keras.Input(shape=(4,)),
    keras.layers.Dense(8, kernel_initializer='uniform', activation='relu'),
    keras.layers.Dense(6, kernel_initializer='uniform', activation='relu'),
    keras.layers.Dense(1, kernel_initializer='uniform', activation='sigmoid')])
model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
model.fit(X, Y, epochs=150, batch_size=10, verbose=0)
print('scores', model.evaluate(X, Y, verbose=0))
"""
    )
    done = call(["-W", "error", "lesson.py"], tmp_path)
    assert scores_of(done.stdout) == scores_of(keras_1[1].stdout)


@pytest.mark.parametrize(
    "arguments",
    [
        "1, input_dim=3, activation='sigmoid'",
        "3, input_dim=4, activation='softmax'",
        "4, input_dim=6, activation='relu'",
        "2, 'normal', input_dim=900",
    ],
)
def test_the_lesson_s_single_bricks(tmp_path, arguments):
    (tmp_path / "brick.py").write_text(f"""
import numpy as np
from keras.models import Sequential
from keras.layers import Dense
layer = Dense({arguments})
model = Sequential()
model.add(layer)
kernel, bias = layer.get_weights()
print(model.input_shape[1] * model.output_shape[1] + bias.size == model.count_params())
print(layer.activation.__name__, abs(float(kernel.std()) - .05) < .004)
""")
    said = call([*BRICKWORK, "run", "brick.py"], tmp_path).stdout.split()
    assert said[0] == "True"
    if "activation" in arguments:
        assert said[1] == re.search("activation='(.*)'", arguments)[1]
    else:
        assert said[1:] == ["linear", "True"], "init='normal' is N(0, 0.05)"


@pytest.mark.parametrize("name", ["lesson_keras1", "lesson_keras2", "lesson_keras3"])
def test_the_examples(tmp_path, name):
    command = [] if name == "lesson_keras3" else [*BRICKWORK, "run"]
    said = call([*command, str(ROOT / "examples" / f"{name}.py")], tmp_path).stdout
    check_picture(tmp_path / f"{name}.svg")
    accuracy = float(re.findall(r"accuracy'?: (\d+\.\d+)", said)[-1])
    assert (accuracy / 100 if accuracy > 1 else accuracy) > 0.75


def test_the_demo(tmp_path):
    done = call([*BRICKWORK, "demo", "--picture", "lesson.svg"], tmp_path)
    assert done.stderr == ""
    right, guess = map(
        float, re.search(r"seen: ([\d.]+)% right.* gets ([\d.]+)%", done.stdout).groups()
    )
    assert guess == 67.2 and right > guess + 8
    for words in (
        'Model: "lesson"',
        " Total params: 101 (404.00 B)",
        "3,000 steps in",
        "Epoch 150/150",
        str(tmp_path / "lesson.svg"),
    ):
        assert words in done.stdout
    svg = (tmp_path / "lesson.svg").read_text("utf-8")
    assert svg.count('class="weight') == 86
    assert "4 × 8 = 32 synapses" in " ".join(ET.fromstring(svg).itertext())


def test_draw_sizes(tmp_path):
    said = call(
        [
            *BRICKWORK,
            "draw",
            "4-8-6-1",
            "-o",
            "lesson.svg",
            "--activations",
            "relu,tanh,sigmoid",
            "--labels",
            "ko",
        ],
        tmp_path,
    ).stdout
    assert "86" in said and str(tmp_path / "lesson.svg") in said
    svg = (tmp_path / "lesson.svg").read_text()
    assert svg.count('class="weight') == 86 and "tanh" in svg
    assert "sequential" not in svg and "4-8-6-1" in svg


def test_draw_what_a_script_makes(tmp_path):
    (tmp_path / "two.py").write_text(
        "from keras.models import Sequential\nfrom keras.layers import Dense\n"
        "first = Sequential([Dense(2, input_dim=3)])\nlast = Sequential([Dense(5, input_dim=7)])\n"
    )
    for source, count in (("two.py", 35), ("two.py:first", 6), ("two.py:last", 35)):
        call([*BRICKWORK, "draw", source, "-o", "two.svg"], tmp_path)
        assert (tmp_path / "two.svg").read_text().count('class="weight') == count
    call([*BRICKWORK, "draw", "two.py:first", "-o", "two.mpd"], tmp_path)
    assert (tmp_path / "two.mpd").read_text().startswith("0 FILE")


def test_version_info_and_help(tmp_path):
    import brickwork

    version = call([*BRICKWORK, "--version"], tmp_path).stdout
    assert version == f"brickwork {brickwork.__version__}\n"
    assert "threads" in call([*BRICKWORK, "info"], tmp_path).stdout
    assert all(word in call(BRICKWORK, tmp_path).stdout for word in ("demo", "run", "info"))


@pytest.mark.parametrize(
    "words, said",
    [
        (["walk"], "there is no command 'walk', expected one of convert, demo, draw, evaluate"),
        (["sumary", "x"], "there is no command 'sumary'; did you mean 'summary'? See"),
        (["lesson.py"], "to run a script: brickwork run lesson.py"),
        (["--wrong"], "unrecognized arguments: --wrong"),
        (["run"], "required: script"),
        (["help", "walk"], "no command 'walk'"),
        (["info", "x"], "unrecognized arguments: x. See: brickwork info --help"),
        (["predict", "a.brick", "b.csv", "--target", "c"], "c. See: brickwork predict --help"),
        (["draw", "4-2", "--wrong"], "--wrong. See: brickwork draw --help"),
    ],
)
def test_command_lines_that_cannot_be_right(capsys, words, said):
    assert main(words) == 2
    shown = capsys.readouterr().err
    assert said in shown and shown.endswith("--help\n") and shown.count("\n") == 1


def test_help_of_a_command(capsys):
    assert main(["help", "predict"]) == main(["predict", "--help"]) == main(["help"]) == 0
    said = capsys.readouterr().out
    assert said.count("Predict for each row") == 2 and "commands:\n" in said


def shell(command, cwd, **kwargs):
    """What a shell makes of a line in which ``brickwork`` is typed."""
    line = command.replace("brickwork", shlex.join([*PYTHON, "-m", "brickwork"]))
    variables = {k: v for k, v in environment().items() if k != "PYTHONUNBUFFERED"}
    return subprocess.run(
        ["bash", "-c", line],
        cwd=cwd,
        env=variables,
        text=True,
        timeout=120,
        capture_output=True,
        **kwargs,
    )


@pytest.mark.parametrize("command", ["info", "--help", "summary 4-8-6-1", "demo"])
def test_a_disk_that_is_full(tmp_path, command):
    if not os.path.exists("/dev/full"):
        pytest.skip("this system has no /dev/full")
    done = shell(f"brickwork {command} > /dev/full", tmp_path)
    assert done.returncode == 1
    assert done.stderr.endswith(": standard output: No space left on device.\n")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["--help", "summary 4-8-6-1", "demo", "draw 4-8-6-1"])
def test_a_closed_pipe_is_no_error(tmp_path, command):
    done = shell(f"(brickwork {command}; echo $? >&2) | true", tmp_path)
    assert done.stderr in ("141\n", "0\n"), "0 where all was written before the pipe was closed"


@pytest.mark.parametrize("command", ["info", "demo", "summary 4-8-6-1"])
def test_no_standard_output(tmp_path, command):
    done = shell(f"brickwork {command} >&-", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def ctrl_c():
    """Children get Ctrl-C, even where these tests run in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize("command", [["predict", "one.brick", "-"], ["run", "wait.py"]])
def test_ctrl_c_ends_a_command_as_the_shell_expects(tmp_path, command):
    call(
        [
            "-c",
            "from brickwork import Sequential, layers\n"
            "Sequential([layers.Dense(3, input_dim=4)]).save('one.brick')",
        ],
        tmp_path,
    )
    (tmp_path / "wait.py").write_text("print('a,b,c,d', flush=True)\ninput()")
    child = subprocess.Popen(
        [*PYTHON, *BRICKWORK, *command],
        cwd=tmp_path,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    if command[0] == "run":
        child.stdout.readline()
    else:
        child.stdin.write("a,b,c,d\n" + "1,2,3,4\n" * 9000)
        child.stdin.flush()
        child.stdout.readline()
    child.send_signal(signal.SIGINT)
    said = child.communicate(timeout=60)[1]
    assert child.returncode == -signal.SIGINT
    assert ("Traceback" in said) is (command[0] == "run")


def test_custom_files_that_fail_are_shown_as_python_shows_them(tmp_path):
    (tmp_path / "bad.py").write_text("x = 1 / 0")
    done = python(*BRICKWORK, "convert", "a.brick", "b.json", "--custom", "bad.py", cwd=tmp_path)
    assert done.returncode == 1 and done.stderr.startswith(
        f'Traceback (most recent call last):\n  File "{tmp_path / "bad.py"}", line 1, in <module>'
    )
    assert done.stderr.endswith("ZeroDivisionError: division by zero\n")


def test_a_fault_of_ours_is_said_to_be_one(tmp_path):
    script = (
        "import sys\nfrom brickwork import cli\n"
        "def fails(given): [][0]\ncli.info_command = fails\nsys.exit(cli.main(['info']))"
    )
    done = python("-c", script, cwd=tmp_path)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "fault of brickwork: please report it" in done.stderr
    variables = {**environment(), "BRICKWORK_TRACEBACK": "1"}
    done = subprocess.run([*PYTHON, "-c", script], env=variables, capture_output=True, text=True)
    assert "in fails" in done.stderr


def test_convert_and_what_it_says_of_files_that_it_cannot_read(tmp_path):
    call(
        [
            "-c",
            "from brickwork import Sequential, layers\n"
            "Sequential([layers.Dense(3, input_dim=4)]).save('one.brick')",
        ],
        tmp_path,
    )
    said = call([*BRICKWORK, "convert", "one.brick", "one.json"], tmp_path).stdout
    assert said.startswith("one.brick -> one.json: sequential (Sequential, 1 layers, 15 parameters")
    assert "left out of .json" in said
    drawn = call([*BRICKWORK, "draw", "one.brick", "--level", "synapses"], tmp_path).stdout
    assert "4 × 3 = 12 synapses" in drawn
    said = call([*BRICKWORK, "convert", "one.json", "two.brick"], tmp_path).stdout
    assert "new: .json has none" in said
    assert (tmp_path / "two.brick").stat().st_size == (tmp_path / "one.brick").stat().st_size
    for source, target, status, words in (
        ("none.brick", "a.json", 1, "none.brick: there is no such file"),
        ("one.brick", "a.txt", 2, "target: got 'a.txt', expected a name that ends in"),
        ("one.brick", "no/a.brick", 2, "there is no folder 'no'"),
        ("one.txt", "a.brick", 2, "source: got 'one.txt', expected a name that ends in"),
    ):
        done = python(*BRICKWORK, "convert", source, target, cwd=tmp_path)
        assert done.returncode == status and words in done.stderr and "Traceback" not in done.stderr


OWN = """
import keras
from beside import factor

def twice(x):
    return factor * x

class Shift(keras.layers.Layer):
    def __init__(self, by=1.0, **kwargs):
        super().__init__(**kwargs)
        self.by = by
    def call(self, inputs):
        return inputs + self.by
    def get_config(self):
        return {**super().get_config(), "by": self.by}

@keras.saving.register_keras_serializable("mine")
class Half(keras.layers.Layer):
    def call(self, inputs):
        return inputs / 2

if __name__ == "__main__":
    raise SystemExit("not a script")
"""


def test_convert_finds_classes_and_functions_of_one_s_own(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "parts.py").write_text(OWN)
    (tmp_path / "own" / "beside.py").write_text("factor = 2.0")
    make = tmp_path / "make.py"
    make.write_text(
        "import sys; sys.path.insert(0, 'own')\nimport parts, keras\n"
        "model = keras.Sequential([keras.Input((3,)), parts.Shift(2.0), parts.Half(),"
        " keras.layers.Dense(2, activation=parts.twice)])\nmodel.save('one.brick')"
    )
    call([*BRICKWORK, "run", "make.py"], tmp_path)
    done = python(*BRICKWORK, "convert", "one.brick", "two.keras", cwd=tmp_path)
    assert done.returncode == 1 and "--custom FILE.py" in done.stderr
    for source, target, custom in (
        ("one.brick", "two.keras", "own/parts.py"),
        ("two.keras", "three.json", "own/parts.py"),
        ("three.json", "four.brick", "own/parts.py"),
    ):
        said = call([*BRICKWORK, "convert", source, target, "--custom", custom], tmp_path).stdout
        assert "(Sequential, 3 layers, 8 parameters" in said
    done = python(*BRICKWORK, "convert", "one.brick", "a.json", "--custom", "none.py", cwd=tmp_path)
    assert done.returncode == 1 and "none.py: there is no such file" in done.stderr
    (tmp_path / "own" / "__init__.py").write_text("from .parts import Shift, twice")
    (tmp_path / "own" / "parts.py").write_text(OWN.replace("from beside", "from .beside"))
    call([*BRICKWORK, "convert", "one.brick", "five.brick", "--custom", "own"], tmp_path)
    assert (tmp_path / "five.brick").read_bytes() == (tmp_path / "one.brick").read_bytes()
