"""Small tools: classes to one-hot, seeds, pictures of models."""

from ..pictures import model_to_dot, plot_model
from .arrays import normalize, to_categorical
from .seeds import clear_session, set_random_seed

__all__ = ["clear_session", "model_to_dot", "normalize", "plot_model", "set_random_seed",
           "to_categorical"]


def __getattr__(name: str):
    from ..dialects import attribute

    return attribute(__name__, name)
