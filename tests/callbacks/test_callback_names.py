"""Callbacks that come with Keras: the same names and arguments here."""

import inspect
import subprocess
import sys

import pytest
from attack import ATTACKS, attack
from keras_oracle import keras

from brickwork import callbacks
from brickwork.fields import Configurable

#: Keras's callbacks that are not here, and why.
NOT_HERE = {"OrbaxCheckpoint": "it writes with Orbax, a library of JAX's"}

DECLARED = [
    getattr(callbacks, name)
    for name in callbacks.__all__
    if isinstance(getattr(callbacks, name), type)
    and issubclass(getattr(callbacks, name), Configurable)
]
REQUIRED = {
    "BackupAndRestore": {"backup_dir": "x"},
    "CSVLogger": {"filename": "x"},
    "LearningRateScheduler": {"schedule": abs},
    "ModelCheckpoint": {"filepath": "x.brick"},
}


def theirs():
    return [name for name in dir(keras.callbacks) if not name.startswith("_")]


def test_every_name_of_keras_or_the_reason():
    assert set(theirs()) - set(dir(callbacks)) == set(NOT_HERE)
    assert all(getattr(callbacks, name) for name in theirs() if name not in NOT_HERE)


@pytest.mark.parametrize("name", [n for n in theirs() if n not in NOT_HERE])
def test_arguments_are_keras(name):
    def arguments(kind):
        found = inspect.signature(kind).parameters.items()
        return [(n, p.default) for n, p in found if p.kind is p.POSITIONAL_OR_KEYWORD]

    assert arguments(getattr(callbacks, name)) == arguments(getattr(keras.callbacks, name))


@pytest.mark.filterwarnings("ignore:TensorBoard:brickwork.data.DataWarning")
@pytest.mark.parametrize("value", ATTACKS, ids=repr)
@pytest.mark.parametrize("kind, name", [(k, n) for k in DECLARED for n in k.__fields__])
def test_attack_on_every_argument(kind, name, value):
    attack(kind, name, value, REQUIRED.get(kind.__name__, {}))


def test_a_training_without_them_does_not_load_them():
    script = (
        "import sys, brickwork.models\n"
        "loaded = [m for m in sys.modules if m.startswith('brickwork.callbacks')]\n"
        "assert not loaded, loaded\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
