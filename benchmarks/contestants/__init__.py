"""One module a contestant; each has a class with the few methods that worker.py calls.

Model(variant)                     import the library; `versions` says what it is
settings() -> [label], use(label)  what may be tried for speed (threads); the best one counts
load(job, weights)                 build the network with these weights (flat, Keras's order)
reset(weights)                     put the initial weights back, without building anew
data(x, y) -> data                 what the library wants instead of float32 arrays; not timed
fit(data, epochs) -> losses        train: what is timed
weights() -> flat array
predict(x) -> array, calls(row) -> {name: function}   the ways to predict one row
"""
