"""The registry of metrics: which module of this package defines which names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import Registry
from .metric import Mean, MeanMetricWrapper, Metric, Sum

if TYPE_CHECKING:  # what is imported when it is first accessed
    from .accuracies import *
    from .at_thresholds import *
    from .auc import *
    from .confusion import *
    from .correlation import *
    from .fscore import *
    from .hinge_losses import *
    from .iou import *
    from .probabilistic import *
    from .r2 import *
    from .regression import *

registry = Registry("metric", Metric)
for _class in (Metric, Mean, Sum, MeanMetricWrapper):
    registry.add(_class)

names = registry.register_lazily(
    __package__,
    {
        "accuracies": (
            "Accuracy",
            "BinaryAccuracy",
            "CategoricalAccuracy",
            "SparseCategoricalAccuracy",
            "SparseTopKCategoricalAccuracy",
            "TopKCategoricalAccuracy",
            "accuracy",
            "binary_accuracy",
            "categorical_accuracy",
            "sparse_categorical_accuracy",
            "sparse_top_k_categorical_accuracy",
            "top_k_categorical_accuracy",
        ),
        "regression": (
            "CosineSimilarity",
            "LogCoshError",
            "MeanAbsoluteError",
            "MeanAbsolutePercentageError",
            "MeanSquaredError",
            "MeanSquaredLogarithmicError",
            "RootMeanSquaredError",
        ),
        "probabilistic": (
            "BinaryCrossentropy",
            "CategoricalCrossentropy",
            "KLDivergence",
            "Poisson",
            "SparseCategoricalCrossentropy",
        ),
        "hinge_losses": ("CategoricalHinge", "Hinge", "SquaredHinge"),
        "r2": ("R2Score",),
        "correlation": (
            "ConcordanceCorrelation",
            "PearsonCorrelation",
            "concordance_correlation",
            "pearson_correlation",
        ),
        "confusion": (
            "FalseNegatives",
            "FalsePositives",
            "Precision",
            "Recall",
            "TrueNegatives",
            "TruePositives",
        ),
        "at_thresholds": (
            "PrecisionAtRecall",
            "RecallAtPrecision",
            "SensitivityAtSpecificity",
            "SpecificityAtSensitivity",
        ),
        "auc": ("AUC",),
        "fscore": ("F1Score", "FBetaScore"),
        "iou": ("BinaryIoU", "IoU", "MeanIoU", "OneHotIoU", "OneHotMeanIoU"),
    },
)

# Names for `get` only: as attributes of the module they are the losses.
registry.register_lazily(
    __package__,
    {
        "regression": ("MAE", "MAPE", "MSE", "MSLE", "mae", "mape", "mse", "msle"),
        "probabilistic": ("BCE", "bce"),
    },
)

#: Loss functions that are attributes of this package too; ``get`` returns the metric of that name.
LOSSES = (
    "BCE",
    "MAE",
    "MAPE",
    "MSE",
    "MSLE",
    "bce",
    "mae",
    "mape",
    "mse",
    "msle",
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_hinge",
    "hinge",
    "huber",
    "kl_divergence",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "poisson",
    "sparse_categorical_crossentropy",
    "squared_hinge",
)
