"""Data sets that are shipped with brickwork: nothing is downloaded."""

from . import pima

__all__ = ["pima"]
