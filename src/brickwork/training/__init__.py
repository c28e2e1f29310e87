"""What `fit`, `evaluate` and `predict` are made of: programs, loops, callbacks, the progress bar."""
