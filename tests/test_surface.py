"""Which of Keras's public names are here, and why the others are not."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import keras
import pytest

import brickwork

SPEC = importlib.util.spec_from_file_location(
    "keras_names", Path(__file__).parents[1] / "tools" / "keras_names.py")
keras_names = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(keras_names)


def test_every_name_of_keras_is_here_or_it_is_said_why_not():
    assert [row for row in keras_names.table(keras) if row[3] == "NOT EXPLAINED"] == []


def test_the_table_in_the_docs_tells_what_is_so():
    page = keras_names.PAGE.read_text("utf-8")
    told = re.search(r"Keras (\S+), made by", page)[1]
    if told == keras.version():  # of another Keras only the reasons can be held to account
        assert page.splitlines() == keras_names.page(keras).splitlines(), "run `make names`"


@pytest.mark.parametrize("module", sorted(brickwork._MODULES))
def test_a_module_is_found_by_its_name(module):
    assert getattr(brickwork, module).__name__ == f"brickwork.{module}"


def test_nothing_of_this_is_loaded_before_it_is_asked_for():
    code = """
        import sys, brickwork
        print(sorted(n for n in sys.modules if n.startswith('brickwork')))
        from brickwork import utils, backend, config
        print(any('pictures' in n or 'backend.' in n for n in sys.modules if 'brickwork' in n))
        from brickwork import models
        print(any('saving' in n for n in sys.modules if 'brickwork' in n))
        """
    done = subprocess.run([sys.executable, "-c", "\n".join(map(str.strip, code.split("\n")))],
                          capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "['brickwork', 'brickwork.dialects', 'brickwork.dialects.modules', "
        "'brickwork.dialects.places']", "False", "False"]
