"""Old words in a file: understood in silence, and no affair of other threads or of the program."""

import warnings
from threading import Thread

import pytest
from samples import python

from brickwork.dialects import DialectWarning
from brickwork.layers import Dense, Dropout
from brickwork.optimizers import SGD
from brickwork.saving.keras.compiling import compile_from
from brickwork.saving.keras.from_keras import model_of
from brickwork.spelling.translation import repeat_warnings

KERAS_1 = {
    "class_name": "Sequential",
    "config": [
        {
            "class_name": "Dense",
            "config": {"name": "one", "output_dim": 4, "input_dim": 3, "init": "normal"},
        },
        {"class_name": "Watching", "config": {"name": "two", "p": 0.5}},
    ],
}


@pytest.fixture(autouse=True)
def without_earlier_warnings():
    repeat_warnings()
    yield
    repeat_warnings()


def test_a_file_is_read_in_silence_while_other_threads_are_warned():
    seen = []

    class Watching(Dropout):
        def setup(self):
            super().setup()
            before = list(warnings.filters)
            thread = Thread(target=lambda: seen.append(warnings_of(lambda: Dense(output_dim=2))))
            thread.start()
            thread.join()
            seen.append(before)

    outside = list(warnings.filters)
    model = model_of(KERAS_1, {"Watching": Watching})
    compile_from(model, {"optimizer": {"class_name": "SGD", "config": {"lr": 0.5}}, "loss": "mse"})
    assert [layer.name for layer in model.layers] == ["one", "two"]
    assert float(model.optimizer.learning_rate) == 0.5
    words, filters = seen
    assert filters == outside  # those of the process, which other threads read
    assert any("units" in word for word in words)


def warnings_of(function):
    """The warnings of a function, in this thread only."""
    with pytest.warns(DialectWarning) as caught:
        function()
    return [str(warning.message) for warning in caught]


def test_what_a_file_said_does_not_count_as_the_program_s_words():
    model_of({**KERAS_1, "config": KERAS_1["config"][:1]})
    with pytest.warns(DialectWarning, match="was read as nesterov"):
        SGD(0.1, 0.9, 1)  # the older order is meant by programs that use older words
    assert warnings_of(lambda: Dense(output_dim=2))  # not warned of before


def test_a_layer_that_only_older_keras_had_is_read_in_a_new_process(tmp_path):
    from brickwork.dialects.older_dense import MaxoutDense
    from brickwork.models import Sequential

    Sequential([MaxoutDense(2, input_dim=3)]).save(tmp_path / "m.brick")
    program = (
        "from brickwork.models import load_model; print(load_model('m.brick').layers[0].nb_feature)"
    )
    done = python("-W", "error", "-c", program, cwd=tmp_path)
    assert done.stdout.strip() == "4", done.stderr
