"""The lesson as it was written for Keras 2. Run it: brickwork run examples/lesson_keras2.py"""

import numpy as np
from keras.layers import Dense
from keras.models import Sequential
from keras.optimizers import Adam
from keras.utils.vis_utils import plot_model

from brickwork.datasets import pima

np.random.seed(5)

features = ["glucose", "bmi", "pedigree", "age"]
(x_train, y_train), (x_test, y_test) = pima.load_data(features=features)
mean, std = x_train.mean(axis=0), x_train.std(axis=0)
x_train, x_test = (x_train - mean) / std, (x_test - mean) / std

model = Sequential()
model.add(Dense(8, input_shape=(4,), kernel_initializer="uniform", activation="relu"))
model.add(Dense(6, kernel_initializer="uniform", activation="relu"))
model.add(Dense(1, kernel_initializer="uniform", activation="sigmoid"))

model.compile(
    loss="binary_crossentropy",
    optimizer=Adam(lr=0.001, beta_1=0.9, beta_2=0.999, epsilon=None, decay=0.0),
    metrics=["accuracy"],
)

history = model.fit(
    x_train, y_train, epochs=150, batch_size=10, verbose=0, validation_data=(x_test, y_test)
)
print("loss %.4f -> %.4f" % (history.history["loss"][0], history.history["loss"][-1]))  # noqa: UP031
scores = model.evaluate(x_test, y_test, verbose=0)
print("test %s: %.4f" % (model.metrics_names[1], scores[1]))  # noqa: UP031
print("first three:", model.predict_classes(x_test[:3]).ravel())

plot_model(model, to_file="lesson_keras2.svg", show_shapes=True, show_layer_names=True)
