"""What Keras has and brickwork has not, since it builds dense networks.

Scripts import such names beside those that they use. Where ``keras`` means brickwork, a class
stands for each: it may be imported, asked for its parts, and be the base of other classes. To call
it is refused and says why.
"""

from __future__ import annotations

import re
from types import ModuleType

from ..callers import line_outside
from ..fields import ArgumentError
from .modules import AsKeras

_PICTURES = "it has nothing for pictures"
#: By module: patterns of names that are not there, and why.
NAMES: dict[str, dict[str, str]] = {
    "layers": {
        r"(CuDNN)?(LSTM|GRU)(Cell)?|(Simple)?RNN|SimpleRNNCell|StackedRNNCells|Bidirectional|"
        r"ConvLSTM[123]D|ConvRecurrent2D|Recurrent": "it has no recurrent layers",
        r"\w*(Conv|Convolution|Deconvolution|Pool|Pooling|Cropping|UpSampling|ZeroPadding|"
        r"SpatialDropout|LocallyConnected)[123]D(Transpose)?": "it has no convolutional layers",
        r"\w*Attention": "it has no attention layers",
        r"Resizing|CenterCrop|Random[A-Z]\w*": _PICTURES,
    },
    "utils": {
        r"image(_dataset_from_directory)?|(load|save)_img|img_to_array|array_to_img": _PICTURES,
        r"audio_dataset_from_directory": "it has nothing for sounds",
    },
}
#: Modules that are not there, those inside of them included, and why.
MODULES = {
    "applications": "it has no networks that are trained already",
    "preprocessing.image": _PICTURES,
    "utils.image_utils": _PICTURES,
}


class _Absent(type):
    def __call__(cls, *args, **kwargs):
        raise ArgumentError(f"{cls.told} ({line_outside()})", cls.said)

    def __getattr__(cls, name: str):
        if name.startswith("_"):
            raise AttributeError(f"{cls.told} has no attribute {name!r}", name=name, obj=cls)
        return stand_in(f"{cls.told}.{name}", cls.said)


def stand_in(name: str, said: str) -> type:
    """A class in the place of what is not there; `said` tells whoever calls it what to do."""
    return _Absent(name.rpartition(".")[2], (), {
        "told": name, "said": said, "__doc__": "What is not here."})


def _lacking(why: str) -> str:
    return f"brickwork builds dense networks: {why}. This script needs Keras itself."


def in_module(module: str, name: str) -> type | None:
    """What stands for a name that a module of Keras has and ours has not; None for other names,
    and where ``keras`` does not mean brickwork."""
    if not AsKeras.said:
        return None
    why = next((why for names, why in NAMES.get(module, {}).items() if re.fullmatch(names, name)),
               None)
    return why and stand_in(name, _lacking(why))


def reason(module: str) -> str | None:
    """Why a module of Keras is not there; None where it is, or where Keras has none of the name."""
    return next((why for name, why in MODULES.items()
                 if module == name or module.startswith(f"{name}.")), None)


class Absence:
    """Loads a module that is not there: all of its names stand for what is not there either."""

    def __init__(self, why: str):
        self.why = why

    def create_module(self, spec):
        """None: any new module will do."""

    def exec_module(self, module: ModuleType) -> None:
        """Let the module answer every name."""
        def part(name: str):
            if name.startswith("__"):
                raise AttributeError(f"{module.__name__} has no attribute {name!r}", name=name)
            return stand_in(name, _lacking(self.why))

        module.__all__ = []
        module.__getattr__ = part
