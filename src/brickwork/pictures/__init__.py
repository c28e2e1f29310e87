"""Pictures of models."""

from .charts import boundary, confusion
from .compositions import assembly, beside_boxes, levels, misfit, neuron, overlaid
from .dot import model_to_dot, plot_model
from .picture import Picture, draw

__all__ = [
    "Picture",
    "assembly",
    "beside_boxes",
    "boundary",
    "confusion",
    "draw",
    "levels",
    "misfit",
    "model_to_dot",
    "neuron",
    "overlaid",
    "plot_model",
]
