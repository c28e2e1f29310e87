"""Which Keras a script was written for, by its text alone."""

import pytest

from brickwork import backend
from brickwork.dialects import era

TEXTS = {
    "old": [
        "import tensorflow as tf\nm = tf.keras.Sequential()",
        "from tensorflow.keras.layers import Dense",
        "from tensorflow import keras",
        "import tf_keras as keras",
        "from keras.layers.advanced_activations import LeakyReLU",
        "from keras.layers import LeakyReLU\nLeakyReLU(alpha=0.2)",
        "from keras.optimizers import Adam\nAdam(lr=0.2)",
        "import keras.backend as K\nK.mean(3)",
        "import keras\nmodel.fit_generator(3)",
        "import keras\nmodel.fit(x, nb_epoch=3)",
        "import keras\nkeras.layers.Dense(3, init='uniform')",
        "from keras.utils import np_utils",
        "from keras.layers import merge",
        "from brickwork.layers import Dense\nDense(output_dim=3)",
    ],
    "today": [
        "from keras import layers, ops",
        "import keras\nkeras.ops.mean(3)",
        "from keras.src.layers import Dense",
        "import brickwork",
        "print(1)",
        "this is no Python",
        "",
    ],
    "unclear": [
        "from keras.layers import Dense",
        "import keras\nfrom tensorflow.data import Dataset",
        "from keras.layers import LeakyReLU\nLeakyReLU(0.2)",
        "from keras import backend as K\nK.clear_session()",
        "from keras.preprocessing.sequence import pad_sequences",
        "import keras\nkeras.layers.Input(batch_input_shape=(1, 3))",
        "import keras\nKMeans(init=3)\nplt.plot(x, alpha=0.5)\nclf.predict_proba(x)",
        "import keras\nkeras.optimizers.Adam(epsilon=1e-7)\nmodel.fit(x=x, y=y)",
    ],
}


@pytest.mark.parametrize(
    "text, expected", [(text, name) for name, texts in TEXTS.items() for text in texts]
)
def test_by_its_text(text, expected, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(text)
    assert era.era_of(str(script)) == expected


def test_without_a_file():
    assert era.era_of(None) == era.era_of("<stdin>") == "today"


def test_a_notebook(monkeypatch):
    """All cells count: the imports are seldom in the cell that compiles."""
    main = __import__("__main__")
    cells = ["", "import keras", "!pip list", "keras.layers.Dense(3, init='uniform')"]
    monkeypatch.setattr(main, "In", cells, raising=False)
    assert era.era_of("/no/such/cell.py") == "old"
    monkeypatch.setattr(main, "In", cells[:3], raising=False)
    assert era.era_of("/no/such/cell.py") == "unclear"


def test_what_keras_3_has_of_the_backend_is_known():
    """Two rooms say it: the one of `backend` may not be imported by that of the old words."""
    assert set(backend.__all__) == era._BACKEND
