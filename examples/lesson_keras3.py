"""The lesson for Keras 3, importing brickwork. Run it: python examples/lesson_keras3.py"""

import brickwork as keras
from brickwork import layers
from brickwork.datasets import pima

keras.utils.set_random_seed(5)

features = ["glucose", "bmi", "pedigree", "age"]
(x_train, y_train), (x_test, y_test) = pima.load_data(features=features)
mean, std = x_train.mean(axis=0), x_train.std(axis=0)
x_train, x_test = (x_train - mean) / std, (x_test - mean) / std

model = keras.Sequential(
    [
        keras.Input(shape=(4,)),
        layers.Dense(8, kernel_initializer="random_uniform", activation="relu"),
        layers.Dense(6, kernel_initializer="random_uniform", activation="relu"),
        layers.Dense(1, kernel_initializer="random_uniform", activation="sigmoid"),
    ]
)
model.summary()
model.compile(
    optimizer=keras.optimizers.Adam(learning_rate=0.001),
    loss="binary_crossentropy",
    metrics=["accuracy"],
)
model.fit(x_train, y_train, epochs=150, batch_size=10, validation_data=(x_test, y_test))
loss, accuracy = model.evaluate(x_test, y_test)
print(f"test accuracy: {accuracy:.3f}")
keras.utils.plot_model(model, "lesson_keras3.svg", show_shapes=True, show_layer_names=True)
