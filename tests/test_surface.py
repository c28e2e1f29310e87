"""Which of Keras's public names are here, and why the others are not."""

import importlib
import re
import subprocess
import sys

import keras
import pytest
from scripts import script

import brickwork

keras_names = script("tools/keras_names.py")


def test_every_name_of_keras_is_present_or_has_a_reason():
    assert [row for row in keras_names.table(keras) if row[3] == "NOT EXPLAINED"] == []


def test_the_table_in_the_docs_is_up_to_date():
    page = keras_names.PAGE.read_text("utf-8")
    version = re.search(r"Keras (\d+\.\d+\.\d+)", page)[1]
    if version == keras.version():  # with another Keras only the reasons can be checked
        assert page.splitlines() == keras_names.page(keras).splitlines(), "run `make names`"


ABSENT = [
    (module, name) for module, name, state, _ in keras_names.table(keras) if state == "absent"
]


@pytest.mark.parametrize("module", sorted({module for module, _ in ABSENT}))
def test_absent_names_raise_errors_with_the_reason(module):
    """As an attribute, and by ``from ... import`` where a module is a package."""
    own = keras_names.ours(module)
    if own is None:
        assert_explained(
            lambda: importlib.import_module(f"brickwork.{module}"), ModuleNotFoundError
        )
        if "." not in module:
            assert_explained(lambda: getattr(brickwork, module), AttributeError)
    for name in [name for place, name in ABSENT if place == module and own is not None]:
        assert_explained(lambda name=name: getattr(own, name), AttributeError)
        if module and hasattr(own, "__path__"):
            assert_explained(
                lambda name=name: exec(f"from {own.__name__} import {name}"), ImportError
            )


def assert_explained(use, error):
    with pytest.raises(error, match=r"dense networks|recurrent networks") as raised:
        use()
    assert re.search(r"docs/keras\.md|train such a model with Keras", str(raised.value))


@pytest.mark.parametrize(
    "name, says",
    [
        ("Conv2D", "no convolutional layers.*Flatten.*use Keras itself"),
        ("conv2d", "convolutional"),
        ("LSTM", "no recurrent layers"),
        ("CuDNNLSTM", "no recurrent layers"),
        ("MultiHeadAttention", "no attention layers"),
        ("RandomFlip", "no functions for images"),
        ("GlobalAveragePooling2D", "no convolutional layers"),
        ("Dens", "did you mean 'Dense'"),
        ("RandomProjection", "there is no layer"),
        ("MyAttention", "there is no layer"),
        ("MyConv2D", "there is no layer"),
    ],
)
def test_layers_that_are_not_here(name, says):
    with pytest.raises(AttributeError, match=says):
        getattr(brickwork.layers, name)
    with pytest.raises(ValueError, match=says.replace("there is no layer", "got 'My|got 'Random")):
        brickwork.layers.get(name)


@pytest.mark.parametrize("module", sorted(brickwork._MODULES))
def test_a_module_is_found_by_its_name(module):
    assert getattr(brickwork, module).__name__ == f"brickwork.{module}"


def test_reasons_are_loaded_on_first_use():
    code = """
        import sys, brickwork
        print(sorted(n for n in sys.modules if n.startswith('brickwork')))
        from brickwork import utils, backend, config
        print(any('pictures' in n or 'backend.' in n for n in sys.modules if 'brickwork' in n))
        from brickwork import models
        print(any('saving' in n for n in sys.modules if 'brickwork' in n))
        """
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(map(str.strip, code.split("\n")))],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == [
        "['brickwork', 'brickwork._version', 'brickwork.spelling', "
        "'brickwork.spelling.old_modules']",
        "False",
        "False",
    ]
