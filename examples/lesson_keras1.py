"""The lesson as it was written for Keras 1. Run it: brickwork run examples/lesson_keras1.py

Only the data comes from brickwork. The warnings give the current spellings.
"""

import numpy as np
from keras.layers import Dense
from keras.models import Sequential

from brickwork.datasets import pima

np.random.seed(5)

(X, Y), _ = pima.load_data(features=["glucose", "bmi", "pedigree", "age"])
X = (X - X.mean(axis=0)) / X.std(axis=0)

model = Sequential()
model.add(Dense(8, input_dim=4, init="uniform", activation="relu"))
model.add(Dense(6, init="uniform", activation="relu"))
model.add(Dense(1, init="uniform", activation="sigmoid"))

model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])

model.fit(X, Y, nb_epoch=150, batch_size=10)

scores = model.evaluate(X, Y)
print("\n%s: %.2f%%" % (model.metrics_names[1], scores[1] * 100))  # noqa: UP031

from IPython.display import SVG  # noqa: E402
from keras.utils.visualize_util import model_to_dot  # noqa: E402

picture = SVG(model_to_dot(model, show_shapes=True).create(prog="dot", format="svg"))
with open("lesson_keras1.svg", "w") as file:
    file.write(picture.data)
