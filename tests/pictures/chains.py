"""Networks for buildings, as plain data."""

import numpy as np

from brickwork.pictures.network import Brick, Network


def chain(*sizes, activations=None, kernels=True, seed=0, name="model"):
    """Return a chain of Dense layers: ``chain(4, 8, 1)`` has two."""
    random = np.random.default_rng(seed)
    activations = activations or ["relu"] * (len(sizes) - 2) + ["sigmoid"]
    bricks = [
        Brick(
            f"dense_{i}",
            "Dense",
            n,
            u,
            True,
            random.normal(size=(n, u)) if kernels else None,
            None,
            True,
            activation,
            (i - 1,) if i else (),
        )
        for i, (n, u, activation) in enumerate(zip(sizes, sizes[1:], activations, strict=False))
    ]
    return Network(name, tuple(bricks))
