"""A few of the random models that `make parity` trains by the hundreds."""

import pytest
from scripts import script

random_graphs = script("tests/long/random_graphs.py")


@pytest.mark.parametrize("seed", [0, 3, 6, 8, 11])
def test_random_models_train_as_keras_s(seed):
    assert not random_graphs.check(seed)


def test_idle_weights_are_recognized():
    graph = random_graphs.Graph(126)  # two biases in front of a batch normalization, in a row
    assert random_graphs.idle(graph, graph.data()["x"]) == {"weight 2", "weight 4", "weight 7"}
