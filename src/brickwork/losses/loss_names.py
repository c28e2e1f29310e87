"""The registry of losses: which module of this package defines which names."""

from __future__ import annotations

from ..registry import Registry
from .loss import Loss, LossFunctionWrapper

registry = Registry("loss", Loss)
registry.add(Loss)
registry.add(LossFunctionWrapper)

names = registry.later(__package__, {
    "regression": (
        "MeanAbsoluteError", "MeanAbsolutePercentageError", "MeanSquaredError",
        "MeanSquaredLogarithmicError", "mean_absolute_error", "mean_absolute_percentage_error",
        "mean_squared_error", "mean_squared_logarithmic_error", "MAE", "MAPE", "MSE", "MSLE",
        "mae", "mape", "mse", "msle"),
    "robust": ("Huber", "LogCosh", "huber", "log_cosh"),
    "similarity": ("CosineSimilarity", "cosine_similarity"),
    "crossentropy": (
        "BinaryCrossentropy", "CategoricalCrossentropy", "SparseCategoricalCrossentropy",
        "binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy",
        "BCE", "bce"),
    "focal": ("BinaryFocalCrossentropy", "CategoricalFocalCrossentropy",
              "binary_focal_crossentropy", "categorical_focal_crossentropy"),
    "generalized_crossentropy": ("CategoricalGeneralizedCrossEntropy",
                                 "categorical_generalized_cross_entropy"),
    "probabilistic": ("KLDivergence", "Poisson", "kl_divergence", "poisson", "KLD", "kld"),
    "hinge_losses": ("CategoricalHinge", "Hinge", "SquaredHinge", "categorical_hinge", "hinge",
                     "squared_hinge"),
    "dice_losses": ("Dice", "Tversky", "dice", "tversky"),
    "circle_loss": ("Circle", "circle"),
})

#: Names of Keras that brickwork lacks, with the reason and the alternative.
MISSING = dict.fromkeys(("CTC", "ctc"), "CTC aligns sequences of unequal lengths, which needs an "
                        "engine for recurrent networks; train such a model with Keras")
