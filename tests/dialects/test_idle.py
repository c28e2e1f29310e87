"""What is accepted without effect warns once."""

import warnings
from operator import attrgetter

import numpy as np
import pytest

import brickwork
from brickwork import config, layers, utils
from brickwork.spelling import no_effect, translation
from brickwork.spelling.no_effect import IDLE, NoEffectWarning

X = np.ones(3, "float32")


def tensorflow():
    from brickwork.dialects import tensorflow

    return tensorflow


def model():
    return brickwork.Sequential([layers.Dense(1, input_dim=1)])


class Batches(utils.PyDataset):
    def __len__(self):
        return 1

    def __getitem__(self, index):
        return [[1.0]], [[1.0]]


def switched(name):
    """Put a switch to its other side, and back."""
    on = getattr(config, f"is_{name}_enabled", lambda: True)()
    for verb in ("disable", "enable") if on else ("enable", "disable"):
        getattr(config, f"{verb}_{name}")()


#: A call for each entry of the table that counts on what has no effect.
CALLS = {
    "device": lambda: brickwork.device("gpu:0"),
    "tf.distribute": lambda: tensorflow().distribute.MirroredStrategy().scope(),
    "tf.device": lambda: tensorflow().device("/GPU:0"),
    "tf.config.threading": lambda: tensorflow().config.threading.set_intra_op_parallelism_threads(
        2
    ),
    "tf.config.set_visible_devices": lambda: tensorflow().config.set_visible_devices([], "GPU"),
    "tf.config.set_memory_growth": lambda: tensorflow().config.experimental.set_memory_growth(
        None, True
    ),
    "tf.config.run_functions_eagerly": lambda: tensorflow().config.run_functions_eagerly(True),
    "tf.print": lambda: brickwork.function(lambda x: [tensorflow().print(x), 2 * x][1])(X),
    "tf.Session": lambda: tensorflow().compat.v1.Session(),
    "tf.summary.image": lambda: tensorflow().summary.image("digits", [], step=1),
    "tf.summary.text": lambda: tensorflow().summary.text("note", "of mine", step=1),
    "tf.summary.graph": lambda: tensorflow().summary.trace_on(graph=True),
    "tf.compat.v1.summary": lambda: tensorflow().compat.v1.summary.merge_all(),
    "multi_gpu_model": lambda: utils.multi_gpu_model(model(), gpus=2),
    "compile.run_eagerly": lambda: model().compile("sgd", "mse", run_eagerly=True),
    "compile.jit_compile": lambda: model().compile("sgd", "mse", jit_compile=False),
    "PyDataset.workers": lambda: Batches(workers=4),
    "BatchNormalization.synchronized": lambda: layers.BatchNormalization(synchronized=True),
    "config.flash_attention": lambda: switched("flash_attention"),
    "config.interactive_logging": lambda: switched("interactive_logging"),
    "config.traceback_filtering": lambda: switched("traceback_filtering"),
}
#: The same without asking for anything.
QUIET = [
    lambda: model().compile("sgd", "mse", run_eagerly=False, jit_compile=True),
    lambda: model().compile("sgd", "mse", jit_compile="auto", steps_per_execution="auto"),
    lambda: model().compile("sgd", "mse", steps_per_execution=1),
    lambda: Batches(workers=1),
    lambda: Batches(max_queue_size=3),
    layers.BatchNormalization,
    config.enable_interactive_logging,
    config.disable_flash_attention,
    lambda: tensorflow().config.run_functions_eagerly(False),
]


@pytest.fixture(autouse=True)
def anew():
    no_effect.repeat_warnings()
    yield
    no_effect.repeat_warnings()


def warnings_of(call) -> list:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    return [warning for warning in caught if issubclass(warning.category, NoEffectWarning)]


@pytest.mark.parametrize("name", IDLE)
def test_it_warns_once(name):
    (caught,) = warnings_of(CALLS[name])
    assert str(caught.message).startswith(f"{name} has no effect here: ")
    assert caught.filename == __file__
    assert warnings_of(CALLS[name]) == []


@pytest.mark.parametrize(
    "name", ["TPUStrategy", "MultiWorkerMirroredStrategy", "experimental.CentralStorageStrategy"]
)
def test_every_strategy_says_so(name):
    warned = warnings_of(lambda: attrgetter(name)(tensorflow().distribute)().scope())
    assert ["tf.distribute has no effect" in str(warning.message) for warning in warned] == [True]


@pytest.mark.parametrize("call", QUIET)
def test_settings_without_a_request_do_not_warn(call):
    assert warnings_of(call) == []


def test_files_are_read_in_silence():
    with translation.reading_file():
        assert warnings_of(CALLS["compile.jit_compile"]) == []
