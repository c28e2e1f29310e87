"""What ``import tensorflow`` means in a script that wants its Keras: that, and the seed."""

from types import SimpleNamespace

from brickwork.dialects import keras
from brickwork.utils import set_random_seed

__all__ = ["__version__", "keras", "random"]

#: The first TensorFlow whose Keras is Keras 3.
__version__ = "2.16.1"
random = SimpleNamespace(set_seed=set_random_seed)


def __getattr__(name: str):
    raise AttributeError(f"module 'tensorflow' has no attribute {name!r}: brickwork stands in for "
                         "tensorflow.keras alone. Run the script with python where TensorFlow is "
                         "installed, or write it with keras only.", name=name)
