"""Pictures of models."""

from .dot import model_to_dot, plot_model

__all__ = ["model_to_dot", "plot_model"]
