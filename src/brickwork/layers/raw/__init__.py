"""Layers that make numbers of raw data: strings, categories, amounts in bins.

`Discretization` and `CategoryEncoding` are bricks like any other. Hashes and tables (`host.py`)
are computed with NumPy, once, before the engine: a model runs them over its data and hands what
they answer to the engine (`models/host_layers.py`).
"""
