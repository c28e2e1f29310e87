"""Names of Keras that brickwork lacks, since it builds dense networks.

One table gives the reason for each name; errors, the page docs/keras.md and a test use it.

Scripts may import such names without using them. If ``keras`` means brickwork, a placeholder class
stands for each: it can be imported and subclassed, and has attributes. Calling it raises an error
with the reason.
"""

from __future__ import annotations

import re
from types import ModuleType

from ..errors import ArgumentError
from ..stack_level import line_outside
from .old_modules import keras_was_imported

CONVOLUTIONS, RECURRENT, ATTENTION = "convolutions", "recurrent networks", "attention"
IMAGES, SIGNALS = "images", "audio and signals"
QUANTISED = "quantized weights"
BACKENDS = "internals of Keras's backends"
SAVED_MODELS = "SavedModel, the format of TensorFlow"
THEANO = "Theano"
ORBAX = "checkpoints of Orbax, for JAX"
TRAINED = "pretrained networks"
GONE = "legacy optimizers: use the current ones"

_ITSELF = "use Keras itself for such a model."
#: For each reason: what brickwork lacks, and what to do instead.
REASONS = {
    CONVOLUTIONS: (
        "it has no convolutional layers",
        f"Flatten() turns images into rows, which Dense layers take. For convolutions: {_ITSELF}",
    ),
    RECURRENT: (
        "it has no recurrent layers",
        "Flatten() and GlobalAveragePooling1D() turn "
        f"sequences into rows, which Dense layers take. For recurrence: {_ITSELF}",
    ),
    ATTENTION: ("it has no attention layers", f"For attention: {_ITSELF}"),
    TRAINED: ("it has no pretrained networks", f"For those: {_ITSELF}"),
    IMAGES: (
        "it has no functions for images",
        "Pillow reads images into arrays, which a dense "
        f"network takes after Flatten(). Otherwise: {_ITSELF}",
    ),
    SIGNALS: (
        "it has no functions for audio and signals",
        "Extract features with numpy.fft or "
        f"scipy.signal before they go into a model. Otherwise: {_ITSELF}",
    ),
    THEANO: (
        "it has no Theano",
        "Losses and layers are written in keras.backend, or today in keras.ops.",
    ),
    QUANTISED: (
        "it has no quantized weights",
        "Save the model as .keras and quantize it with Keras.",
    ),
    BACKENDS: (
        "it has its own engine, and no backends as Keras has",
        "Write the computation in brickwork.ops.",
    ),
    SAVED_MODELS: (
        "it does not write SavedModel, the format of TensorFlow",
        "docs/deploy.md shows how to convert a model.",
    ),
    ORBAX: (
        "it does not write checkpoints of Orbax, for JAX",
        "Use ModelCheckpoint or BackupAndRestore.",
    ),
    GONE: ("it has no legacy optimizers", "Use those in brickwork.optimizers."),
}

#: Modules, names in them, and the reason; the first row that matches counts.
NAMES = [
    (r"applications(\..*)?", r".*", TRAINED),
    (r"visualization", r".*", IMAGES),
    (r"quantizers", r".*", QUANTISED),
    (r"export|legacy", r".*", SAVED_MODELS),
    (
        r"dtype_policies|",
        r"(AWQ|GPTQ|Int4|Quantized|QuantizedFloat8)DTypePolicy|Quantizer",
        QUANTISED,
    ),
    (
        r"layers",
        r"(Additive|MultiHead|GroupQuery|GroupedQuery)?Attention|RotaryEmbedding",
        ATTENTION,
    ),
    (r"ops", r"dot_product_attention", ATTENTION),
    (
        r"layers",
        r"(CuDNN)?(LSTM|GRU)(Cell)?|(Simple)?RNN|SimpleRNNCell|StackedRNNCells|"
        r"Bidirectional|ConvRecurrent2D|Recurrent",
        RECURRENT,
    ),
    (
        r"layers",
        r"((Atrous|Depthwise|Separable)?(Conv|Convolution)|Deconvolution|ConvLSTM|Cropping|"
        r"UpSampling|ZeroPadding|SpatialDropout|LocallyConnected|"
        r"(Adaptive|Global)?(Average|Avg|Max)Pool(ing)?)[123]D(Transpose)?",
        CONVOLUTIONS,
    ),
    (
        r"layers",
        r"Random(Brightness|Color\w+|Contrast|Crop|ElasticTransform|Erasing|Flip|"
        r"GaussianBlur|Grayscale|Height|Hue|Invert|Perspective|Posterization|Rotation|"
        r"Saturation|Sharpness|Shear|Translation|Width|Zoom)|Resizing|CenterCrop|AugMix|"
        r"AutoContrast|ContrastLimitedAdaptiveHistogramEqualization|CutMix|Equalization|"
        r"MaxNumBoundingBoxes|MixUp|Pipeline|RandAugment|Solarization",
        IMAGES,
    ),
    (r"layers", r"MelSpectrogram|STFTSpectrogram", SIGNALS),
    (r"layers", r"TFSMLayer|JaxLayer|FlaxLayer|TorchModuleWrapper", BACKENDS),
    (r"initializers", r"STFT.*|stft", SIGNALS),
    (
        r"ops",
        r"(conv|depthwise_conv|separable_conv|average_pool|max_pool|adaptive_).*|(un)?fold|"
        r"depth_to_space|space_to_depth|psnr",
        CONVOLUTIONS,
    ),
    (
        r"ops",
        r"(fft|rfft|ifft|irfft|stft|istft|extract_sequences|hamming|hanning|blackman|bartlett|"
        r"kaiser|i0|correlate).*",
        SIGNALS,
    ),
    (r"utils", r"audio_dataset_from_directory", SIGNALS),
    (r"callbacks", r"OrbaxCheckpoint", ORBAX),
    (r"losses|metrics|ops", r"(CTC|ctc).*", RECURRENT),
    (
        r"utils",
        r"image(_dataset_from_directory)?|(load|save)_img|img_to_array|array_to_img|"
        r".*bounding_boxes.*|legacy",
        IMAGES,
    ),
    (r"preprocessing(\..*)?", r"image.*", IMAGES),
    (r"preprocessing\.image", r".*", IMAGES),
    (r"utils\.image_utils", r".*", IMAGES),
    (r"optimizers\.legacy", r".*", GONE),
    (
        r"",
        r"(Stateless|Symbolic|Remat)Scope|remat",
        BACKENDS,
    ),
]
#: Missing modules, including their submodules, and the reason.
MODULES = {
    "applications": TRAINED,
    "preprocessing.image": IMAGES,
    "utils.image_utils": IMAGES,
    "visualization": IMAGES,
    "quantizers": QUANTISED,
    "export": SAVED_MODELS,
}


class _Absent(type):
    def __call__(cls, *args, **kwargs):
        raise ArgumentError(f"{cls._path} ({line_outside()})", cls._reason)

    def __getattr__(cls, name: str):
        if name.startswith("_"):
            raise AttributeError(f"{cls._path} has no attribute {name!r}", name=name, obj=cls)
        return placeholder(f"{cls._path}.{name}", cls._reason)


def placeholder(path: str, reason: str) -> type:
    """Return a placeholder class for a missing name; calling it raises an error with `reason`."""
    return _Absent(
        path.rpartition(".")[2],
        (),
        {"_path": path, "_reason": reason, "__doc__": "A name that brickwork lacks."},
    )


def reason_for_name(module: str, name: str, flags: int = 0) -> str | None:
    """Return why a name of a Keras module is missing, a key of `REASONS`; None for other names."""
    return next(
        (
            reason
            for where, names, reason in NAMES
            if re.fullmatch(where, module) and re.fullmatch(names, name, flags)
        ),
        None,
    )


def explanation(reason: str) -> str:
    """Return a reason as a sentence, and what to do instead."""
    lacks, instead = REASONS[reason]
    return (
        f"brickwork builds dense networks: {lacks}. {instead} docs/keras.md lists what it has "
        "of Keras."
    )


def message(module: str, name: str) -> str | None:
    """Return the message for a name of Keras that brickwork lacks; None for other names.

    >>> message("layers", "Conv2D")[:76]
    'brickwork.layers has no Conv2D: brickwork builds dense networks: it has no c'
    """
    if name in MODULES and not module:
        return f"brickwork has no {name}: {explanation(MODULES[name])}"
    reason = reason_for_name(module, name, re.IGNORECASE if module == "layers" else 0)
    where = f"brickwork{'.' if module else ''}{module}"
    return reason and f"{where} has no {name}: {explanation(reason)}"


def placeholder_in_module(module: str, name: str) -> type | None:
    """Return the placeholder for a name that brickwork lacks; None for other names, and if
    ``keras`` does not mean brickwork."""
    if not keras_was_imported():
        return None
    reason = reason_for_name(module, name)
    return reason and placeholder(name, explanation(reason))


def reason_for_module(module: str) -> str | None:
    """Return why a module of Keras is missing; None for other names."""
    return next(
        (
            reason
            for name, reason in MODULES.items()
            if module == name or module.startswith(f"{name}.")
        ),
        None,
    )


class AbsentLoader:
    """Loads a placeholder for a missing module; all of its names are placeholders too."""

    def __init__(self, reason: str):
        self.reason = reason

    def create_module(self, spec):
        """Return None, so that a new module is created."""

    def exec_module(self, module: ModuleType) -> None:
        """Let the module return a placeholder for every name."""

        def part(name: str):
            if name.startswith("__"):
                raise AttributeError(f"{module.__name__} has no attribute {name!r}", name=name)
            return placeholder(name, explanation(self.reason))

        module.__all__ = []
        module.__getattr__ = part
