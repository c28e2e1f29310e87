"""The parts of `fit`, `evaluate` and `predict`: programs, loops, callbacks, progress bar."""
