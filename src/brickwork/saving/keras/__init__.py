"""Keras's file formats: ``.keras`` and ``.weights.h5`` of Keras 3, ``.h5`` of Keras 1 and 2."""
