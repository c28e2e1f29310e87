"""Scripts under `brickwork run`: as python would run them, with keras meaning brickwork."""

import signal
import subprocess
import sys
import textwrap

import pytest
from samples import environment, python

RUN = ["-m", "brickwork", "run"]


def run(tmp_path, code, *arguments, command=RUN):
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(code), encoding="utf-8")
    return python(*command, "script.py", *arguments, cwd=tmp_path)


def out(tmp_path, code, *arguments):
    done = run(tmp_path, code, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


AS_PYTHON = {
    "argv": "import sys; print(sys.argv)",
    "main": """
        import __main__, sys
        x = 3
        print(__name__, __file__, __main__.x, __doc__, __package__, sys.path[0])
        """,
    "a module beside it": "import beside; print(beside.name)",
    "pickle of its own class": """
        import pickle
        class A: pass
        print(type(pickle.loads(pickle.dumps(A()))) is A)
        """,
    "exit with a number": "import sys; print('so far'); sys.exit(3)",
    "exit with words": "import sys; sys.exit('no luck')",
    "exit with nothing": "import sys; sys.exit()",
    "an exception": """
        def inner():
            raise ValueError('what')
        def outer():
            inner()
        outer()
        """,
    "an exception from another": """
        try:
            1 / 0
        except ZeroDivisionError as error:
            raise KeyError('that') from error
        """,
    "an excepthook of its own": """
        import sys
        sys.excepthook = lambda kind, value, trace: print('hook', kind, value, trace.tb_lineno)
        raise ValueError('what')
        """,
    "what is no Python": "print('a'\nprint('b')",
    "a future statement": "from __future__ import annotations\nx: nothing = 3\nprint(x)",
    "another encoding": "# -*- coding: latin-1 -*-\nprint(len('\u00e4'))",
    "a standard output of its own": "import io, sys; sys.stdout = io.StringIO(); print('x')",
    "a closed standard output": "import sys; print('x', flush=True); sys.stdout.close()",
    "a standard output that is none": "import sys; sys.stdout = 3",
    "at exit": "import atexit; atexit.register(print, 'bye'); print('hello')",
}


@pytest.mark.parametrize("name", AS_PYTHON)
def test_as_python_itself(tmp_path, name):
    (tmp_path / "beside.py").write_text("name = __name__")
    ours = run(tmp_path, AS_PYTHON[name], "--flag", "-h", "a b")
    theirs = run(tmp_path, AS_PYTHON[name], "--flag", "-h", "a b", command=[])
    assert ours.stdout == theirs.stdout
    assert ours.stderr == theirs.stderr
    assert ours.returncode == theirs.returncode


def test_a_script_that_is_not_there(tmp_path):
    done = python(*RUN, "nothing.py", cwd=tmp_path)
    assert done.returncode == 2
    assert "can't open 'nothing.py': No such file" in done.stderr


def test_ctrl_c_ends_it_as_it_ends_python(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("import time\nprint('ready', flush=True)\ntime.sleep(60)\n")
    with subprocess.Popen(
        [sys.executable, *RUN, "script.py"],
        cwd=tmp_path,
        text=True,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
    assert process.returncode == -signal.SIGINT
    assert said.endswith("KeyboardInterrupt\n") and "run.py" not in said


@pytest.mark.parametrize(
    "code",
    [
        "import keras; print(keras.Sequential.__module__)",
        "import keras.layers; print(keras.layers.__name__)",
        "from keras import layers; print(layers.__name__)",
        "from keras.layers.core import Dense; print(Dense.__module__)",
        "import keras.utils.np_utils as u; print(u.__name__)",
        "from keras.utils import np_utils; print(np_utils.__name__)",
        "from keras.engine.topology import Layer; print(Layer.__module__)",
        "from keras.objectives import mean_squared_error as f; print(f.__module__)",
        "from keras.initializations import normal; print(normal.__module__)",
        "import tf_keras as keras; print(keras.Sequential.__module__)",
        "import tensorflow as tf; print(tf.keras.layers.__name__)",
        "import tensorflow.keras as k; print(k.layers.__name__)",
        "from tensorflow import keras; print(keras.Sequential.__module__)",
        "from tensorflow.keras.layers import Dense; print(Dense.__module__)",
        "from tensorflow.keras.utils import to_categorical as t; print(t.__module__)",
        "import brickwork.utils.visualize_util as v; print(v.__name__)",
        "from brickwork.layers.core import Dense; print(Dense.__module__)",
    ],
)
def test_keras_means_brickwork(tmp_path, code):
    assert out(tmp_path, code).startswith("brickwork")


def test_one_module_under_both_names(tmp_path):
    assert (
        out(
            tmp_path,
            """
        import warnings; warnings.simplefilter('error', ImportWarning)
        import keras, brickwork, keras.layers, brickwork.layers, importlib
        print(keras.Model is brickwork.Model, keras.layers is brickwork.layers)
        print(brickwork.__spec__.name, brickwork.layers.__spec__.name, keras.layers.__package__)
        print(importlib.reload(brickwork.activations) is keras.activations)
        """,
        )
        == "True True\nbrickwork brickwork.layers brickwork.layers\nTrue\n"
    )


def test_the_version_is_that_of_the_keras_whose_words_are_understood(tmp_path):
    import keras

    import brickwork

    assert out(
        tmp_path,
        """
        import brickwork, keras, tensorflow as tf
        print(keras.__version__, keras.version(), tf.keras.__version__)
        print(brickwork.__version__, brickwork.version())
        print(tf.__version__ >= '2', 'Sequential' in dir(keras))
        """,
    ) == (
        f"{' '.join([keras.__version__] * 3)}\n{' '.join([brickwork.__version__] * 2)}\nTrue True\n"
    )


def test_the_first_import_says_which_engine(tmp_path):
    done = run(
        tmp_path,
        "import sys; print('before', file=sys.stderr)\nimport keras\n"
        "import keras.layers, tensorflow.keras",
    )
    first, line = done.stderr.splitlines()
    assert first == "before"
    assert line.startswith("Using brickwork's engine: native (") and "thread" in line
    assert run(tmp_path, "import brickwork").stderr == ""


def test_old_modules_warn_where_they_are_imported(tmp_path):
    done = run(
        tmp_path,
        "import keras\n\nfrom keras.utils import np_utils\n"
        "from keras.utils.np_utils import to_categorical\n",
    )
    (warning,) = [line for line in done.stderr.splitlines() if "DialectWarning" in line]
    assert "script.py:3: " in warning and "keras.utils.np_utils is keras.utils" in warning


def test_what_brickwork_does_not_have_is_an_import_error(tmp_path):
    assert out(
        tmp_path,
        """
        for name in ('keras.nothing', 'keras.layers.nothing', 'tensorflow.nothing'):
            try:
                __import__(name)
            except ModuleNotFoundError as error:
                print(error.name, '|', error)
        try:
            import tensorflow as tf
            tf.estimator
        except AttributeError as error:
            print(error)
        """,
    ).splitlines() == [
        "keras.nothing | No module named 'keras.nothing': keras.nothing means brickwork.nothing "
        "here, which brickwork does not have.",
        "keras.layers.nothing | No module named 'keras.layers.nothing': keras.layers.nothing means "
        "brickwork.layers.nothing here, which brickwork does not have.",
        "tensorflow.nothing | No module named 'tensorflow.nothing'",
        "module 'tensorflow' has no attribute 'estimator': brickwork stands in for "
        "tensorflow.keras and the functions that dense networks are written in; keras.Model has "
        "fit, evaluate and predict.",
    ]


def test_tensorflow_s_seed(tmp_path):
    said = out(
        tmp_path,
        """
        import numpy as np, tensorflow as tf
        for _ in range(2):
            tf.random.set_seed(5)
            print(np.random.rand())
        """,
    ).splitlines()
    assert said[0] == said[1]


NO_IPYTHON = """
    import sys
    class Gone:
        def find_spec(self, name, path=None, target=None):
            if name.partition('.')[0] == 'IPython' and name not in sys.modules:
                for finder in sys.meta_path:
                    if type(finder).__name__ == '_Notebook':
                        return finder.find_spec(name, path, target)
    sys.meta_path.insert(0, Gone())
    """


def test_the_little_of_ipython_that_scripts_use(tmp_path):
    (tmp_path / "p.svg").write_text("<svg/>")
    (tmp_path / "p.png").write_bytes(b"\x89PNG")
    assert out(
        tmp_path,
        NO_IPYTHON
        + """
    from IPython.display import SVG, HTML, Image, display, clear_output
    from IPython import display as module, get_ipython
    print(module.SVG is SVG, get_ipython(), SVG.__module__)
    print(SVG(b'<svg>\\xea\\xb0\\x80</svg>').data, SVG(filename='p.svg').data)
    print(Image('p.png').data, Image(filename='p.png', width=3).data, HTML('<b>')._repr_html_())
    display(SVG('<svg/>'), 3)
    clear_output()
    """,
    ) == (
        "True None brickwork.dialects.notebook\n<svg>\uac00</svg> <svg/>\n"
        "b'\\x89PNG' b'\\x89PNG' <b>\n<SVG, 6 long>\n3\n"
    )


def test_ipython_itself_where_it_is_installed(tmp_path):
    assert out(tmp_path, "from IPython.display import SVG; print(SVG.__module__)").startswith(
        "IPython."
    )


def test_an_imported_keras_cannot_become_brickwork(tmp_path):
    (tmp_path / "keras.py").write_text("")
    done = run(
        tmp_path,
        "import keras\nimport brickwork.dialects\nbrickwork.dialects.install()",
        command=[],
    )
    assert done.returncode == 1 and "keras is imported already" in done.stderr


def test_in_a_notebook(tmp_path):
    """The cells of a notebook, run by IPython's own shell."""
    said = out(
        tmp_path,
        """
        import os; os.environ['IPYTHONDIR'] = os.getcwd()
        from IPython.core.interactiveshell import InteractiveShell
        shell = InteractiveShell.instance()
        for cell in ('%load_ext brickwork.dialects', 'from keras.models import Sequential',
                     'print(Sequential.__module__)'):
            shell.run_cell(cell).raise_error()
        """,
    )
    assert said.startswith("brickwork.models")
