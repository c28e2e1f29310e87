"""Update rules, one per file: how a gradient updates a weight, written in ops."""
