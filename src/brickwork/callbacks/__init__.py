"""Hooks into training, evaluation and prediction, and the two that are always there."""

from .base import HOOKS, Callback, CallbackList, LambdaCallback
from .history import History
from .progress import ProgressBar

__all__ = ["HOOKS", "Callback", "CallbackList", "History", "LambdaCallback", "ProgressBar"]
