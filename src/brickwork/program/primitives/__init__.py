"""The closed table of ops, by kind; importing this package fills it."""

from . import elementwise, layout, matmul, random, reduce, sort, take  # noqa: F401
