"""One training in several processes, which the files beside this one start on a cluster.

Each process is given all data, and computes its part of every batch. The first one prints, and
writes files; where the folder is shared, a training that was ended goes on from its checkpoint.
"""

import numpy as np

import brickwork as keras
from brickwork import callbacks, distribution, layers

distribution.initialize()  # before all else
distribution.set_distribution(distribution.DataParallel())

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(400, 4)).astype("float32")
y = (x.sum(1) > 0).astype("float32")
model = keras.Sequential([layers.Input((4,)), layers.Dense(16, "relu"), layers.Dense(1, "sigmoid")])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, batch_size=40, epochs=5, callbacks=callbacks.BackupAndRestore("backup"))
model.save("trained.brick")
