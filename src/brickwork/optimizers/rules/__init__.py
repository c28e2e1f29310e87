"""One rule a file: what an optimizer does with a gradient, written in ops."""
