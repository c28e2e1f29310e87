"""Every public name of Keras's optimizers and schedules is here, and none is loaded too early."""

import subprocess
import sys

import pytest
from keras_oracle import keras

from brickwork import optimizers
from brickwork.optimizers import schedules


def public(module):
    return {name for name in dir(module) if not name.startswith("_")}


def test_every_name_of_keras():
    wanted = public(keras.optimizers) - {"legacy"}  # a word of Keras 2's, which dialects know
    assert wanted <= set(dir(optimizers))
    assert all(getattr(optimizers, name) for name in wanted)
    assert public(keras.optimizers.schedules) <= set(dir(schedules))


def test_near_names_know_what_was_not_loaded():
    with pytest.raises(ValueError, match="did you mean 'adadelta'"):
        optimizers.get("adadlta")
    with pytest.raises(AttributeError, match="Adadlta"):
        optimizers.Adadlta  # noqa: B018


def test_optimizers_are_loaded_on_first_use():
    script = (
        "import sys, brickwork.models\n"
        "assert not [m for m in sys.modules if m.startswith('brickwork.optimizers.rules')]\n"
        "assert brickwork.optimizers.get('ftrl').__class__ is brickwork.optimizers.Ftrl\n"
        "assert 'brickwork.optimizers.rules.adam' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_the_catalogue_knows_all_before_and_after():
    script = (
        "from brickwork.optimizers import registry\n"
        "names = registry.names()\n"
        "assert names == [item.__name__ for item in registry.items()], names\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
