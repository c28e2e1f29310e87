"""`Table`, the layer that learns how a table's columns become numbers, and its kinds of columns."""
