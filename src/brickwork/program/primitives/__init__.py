"""The primitives by category; importing this package registers them."""

from . import elementwise, layout, matmul, random, reduce, sort, take  # noqa: F401
