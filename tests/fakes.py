"""Stand-ins for models and layers: only what summary and pictures read of them."""

from types import SimpleNamespace


def symbol(shape, dtype="float32"):
    return SimpleNamespace(shape=shape, dtype=dtype)


def brick(kind, name, inputs, outputs, weights=(), activation=None, trainable=True, built=True):
    """A layer of a class called `kind`, with weights of these shapes."""
    layer = type(kind, (), {"count_params": lambda self: sum(
        w.shape[0] * (w.shape[1] if len(w.shape) > 1 else 1) for w in self.weights)})()
    layer.name, layer.built, layer.trainable = name, built, trainable
    layer.input, layer.output = symbol(inputs), symbol(outputs)
    layer.weights = [symbol(shape) for shape in weights]
    if activation:
        layer.activation = SimpleNamespace(__name__=activation)
    return layer


def dense(name, inputs, outputs, activation="relu"):
    return brick("Dense", name, (None, inputs), (None, outputs),
                 [(inputs, outputs), (outputs,)], activation)


class Sequential:
    """A chain of layers that is built."""

    def __init__(self, layers, name="sequential"):
        self.layers, self.name, self.built, self.trainable = list(layers), name, True, True
        self.optimizer = None
        if self.layers:
            self.input, self.output = self.layers[0].input, self.layers[-1].output

    @property
    def weights(self):
        return [w for layer in self.layers for w in layer.weights]

    trainable_weights = weights

    @property
    def non_trainable_weights(self):
        return []

    def count_params(self):
        return sum(layer.count_params() for layer in self.layers)


def lesson(last="dense_2"):
    """The network 4-8-6-1."""
    return Sequential([dense("dense", 4, 8), dense("dense_1", 8, 6), dense(last, 6, 1, "sigmoid")])
