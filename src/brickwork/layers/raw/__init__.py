"""Preprocessing layers: they turn strings, categories and amounts into numbers.

`Discretization` and `CategoryEncoding` are layers like any other. Lookups and hashes (`host.py`)
compute with NumPy before the engine runs: a model applies them once to its data, and passes what
they return to the engine (`models/host_layers.py`).
"""
