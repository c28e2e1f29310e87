"""The registry of losses: which module of this package defines which names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import Registry
from .loss import Loss, LossFunctionWrapper

if TYPE_CHECKING:  # what is imported when it is first accessed
    from .circle_loss import *
    from .crossentropy import *
    from .dice_losses import *
    from .focal import *
    from .generalized_crossentropy import *
    from .hinge_losses import *
    from .probabilistic import *
    from .regression import *
    from .robust import *
    from .similarity import *

registry = Registry("loss", Loss)
registry.add(Loss)
registry.add(LossFunctionWrapper)

names = registry.register_lazily(
    __package__,
    {
        "regression": (
            "MeanAbsoluteError",
            "MeanAbsolutePercentageError",
            "MeanSquaredError",
            "MeanSquaredLogarithmicError",
            "mean_absolute_error",
            "mean_absolute_percentage_error",
            "mean_squared_error",
            "mean_squared_logarithmic_error",
            "MAE",
            "MAPE",
            "MSE",
            "MSLE",
            "mae",
            "mape",
            "mse",
            "msle",
        ),
        "robust": ("Huber", "LogCosh", "huber", "log_cosh"),
        "similarity": ("CosineSimilarity", "cosine_similarity"),
        "crossentropy": (
            "BinaryCrossentropy",
            "CategoricalCrossentropy",
            "SparseCategoricalCrossentropy",
            "binary_crossentropy",
            "categorical_crossentropy",
            "sparse_categorical_crossentropy",
            "BCE",
            "bce",
        ),
        "focal": (
            "BinaryFocalCrossentropy",
            "CategoricalFocalCrossentropy",
            "binary_focal_crossentropy",
            "categorical_focal_crossentropy",
        ),
        "generalized_crossentropy": (
            "CategoricalGeneralizedCrossEntropy",
            "categorical_generalized_cross_entropy",
        ),
        "probabilistic": ("KLDivergence", "Poisson", "kl_divergence", "poisson", "KLD", "kld"),
        "hinge_losses": (
            "CategoricalHinge",
            "Hinge",
            "SquaredHinge",
            "categorical_hinge",
            "hinge",
            "squared_hinge",
        ),
        "dice_losses": ("Dice", "Tversky", "dice", "tversky"),
        "circle_loss": ("Circle", "circle"),
    },
)

#: Names of Keras that brickwork lacks, with the reason and the alternative.
MISSING = dict.fromkeys(
    ("CTC", "ctc"),
    "CTC aligns sequences of unequal lengths, which needs an "
    "engine for recurrent networks; train such a model with Keras",
)
