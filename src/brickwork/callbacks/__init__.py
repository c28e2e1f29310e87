"""Hooks into training, evaluation and prediction, and those that come with the package."""

from .base import HOOKS, Callback, CallbackList, LambdaCallback, Watcher
from .bricks import Bricks
from .history import History
from .progress import ProgressBar

__all__ = ["HOOKS", "Bricks", "Callback", "CallbackList", "History", "LambdaCallback",
           "ProgressBar", "Watcher"]
