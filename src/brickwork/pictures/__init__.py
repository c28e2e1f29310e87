"""Pictures of models."""

from .dot import model_to_dot, plot_model
from .picture import Picture, draw

__all__ = ["Picture", "draw", "model_to_dot", "plot_model"]
