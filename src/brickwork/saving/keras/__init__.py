"""Keras's own files: ``.keras`` of Keras 3, ``.weights.h5``, and the ``.h5`` of Keras 1 and 2."""
