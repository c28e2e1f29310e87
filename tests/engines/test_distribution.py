"""`brickwork.distribution`: rows and weights divided among devices, of which a child has four."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from brickwork import distribution as d

SCRIPT = """
import json
import numpy as np
import brickwork as bw
from brickwork import Sequential, distribution as d, layers

rng = np.random.default_rng(0)
x = rng.normal(size=(205, 4)).astype("float32")
y = (x.sum(1) > 0).astype("float32")

def trained(distribution, **compiled):
    d.set_distribution(distribution)
    bw.utils.set_random_seed(0)
    model = Sequential([layers.Dense(8, "relu", input_dim=4, name="a"), layers.Dropout(0.1),
                        layers.BatchNormalization(), layers.Dense(4, "relu", name="b"),
                        layers.Dense(1, "sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"], **compiled)
    history = model.fit(x, y, epochs=3, batch_size=20, verbose=0, validation_split=0.2)
    found = [history.history["loss"], model.evaluate(x, y, verbose=0),
             model.train_on_batch(x[:8], y[:8]), model.predict(x, verbose=0).ravel().tolist()]
    def spec(variable):
        there = variable.elsewhere
        return "" if there is None else str(getattr(there.array.sharding, "spec", ""))
    variables = [*model.weights, *model.optimizer.variables]
    specs = {v.path.partition("/")[2]: spec(v) for v in variables}
    engine = str(model._plans.choice)
    weights = np.concatenate([w.ravel() for w in model.get_weights()]).tolist()
    return {"found": [*found, weights], "specs": specs, "engine": engine}

mesh = d.DeviceMesh((2, 2), ["batch", "model"])
layouts = d.LayoutMap(mesh)
layouts["a/kernel"] = (None, "model")
layouts["b/kernel"] = d.TensorLayout(["model", None])
layouts["a/bias"] = ("model",)
results = {
    "native": trained(None),
    "one": trained(d.DataParallel(devices=["cpu:2"])),
    "data": trained(d.DataParallel()),
    "model": trained(d.ModelParallel(layout_map=layouts, batch_dim_name="batch")),
    "again": trained(None),
}
with d.DataParallel().scope():
    inside = repr(d.distribution())
    try:
        trained(d.distribution(), engine="native")
    except ValueError as error:
        refused = str(error)
    d.set_distribution(None)
array = d.distribute_tensor(np.arange(8.0).reshape(4, 2), d.TensorLayout(["batch", None], mesh))
results |= {"devices": d.list_devices(), "count": d.get_device_count("cpu"), "inside": inside,
            "refused": refused, "pieces": len({s.index[0].start for s in array.addressable_shards})}
model = Sequential([layers.Dense(2, input_dim=4)])
model.compile("sgd", "mse")
engines = []
for now in (None, d.DataParallel(), None):
    d.set_distribution(now)
    model.fit(x, x[:, :2], verbose=0)
    engines.append(str(model._plans.choice).split()[0])
results["engines"] = engines
from brickwork.dialects.strategies import current, strategy

mirrored = strategy(["/gpu:0", "/CPU:1", "/device:CPU:3"])
with mirrored.scope():
    pass
results["mirrored"] = [mirrored.num_replicas_in_sync, repr(d.distribution()),
                       current().num_replicas_in_sync, strategy().num_replicas_in_sync]
print(json.dumps(results))
"""


@pytest.fixture(scope="module")
def results():
    env = os.environ | {
        "XLA_FLAGS": "--xla_force_host_platform_device_count=4 --xla_backend_optimization_level=0"
    }
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, env=env, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])


@pytest.mark.parametrize("way", ["one", "data", "model"])
def test_the_weights_are_those_of_one_device(results, way):
    for found, wanted in zip(results[way]["found"], results["native"]["found"], strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)
    assert results[way]["engine"].endswith("since a distribution is set")


def test_without_a_distribution_the_native_engine_is_back(results):
    assert results["again"]["found"] == results["native"]["found"]
    assert results["again"]["engine"].startswith("native")


def test_weights_and_their_slots_are_divided_as_the_layout_says(results):
    specs = results["model"]["specs"]
    kernels = [spec for path, spec in specs.items() if "a/kernel" in path or "a_kernel" in path]
    assert len(kernels) == 3 and set(kernels) == {"P(None, 'model')"}
    others = [spec for path, spec in specs.items() if "b_kernel" in path or "b/kernel" in path]
    assert len(others) == 3 and all(spec.startswith("P('model'") for spec in others)
    assert set(results["data"]["specs"].values()) <= {"P()", ""}


def test_the_names_of_keras(results):
    assert results["devices"] == ["cpu:0", "cpu:1", "cpu:2", "cpu:3"] and results["count"] == 4
    assert results["inside"] == "<DataParallel <DeviceMesh batch=4>>"
    assert "got 'native' with a distribution" in results["refused"]
    assert results["pieces"] == 2


def test_a_model_that_was_used_before_is_trained_on_the_devices_too(results):
    assert results["engines"] == ["native", "JAX", "native"]


def test_a_mirrored_strategy_of_tensorflow_means_the_same(results):
    assert results["mirrored"] == [2, "<DataParallel <DeviceMesh batch=2>>", 2, 4]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: d.DeviceMesh((1,), ["a", "b"], ["cpu:0"]), "a name for each axis"),
        (lambda: d.DeviceMesh((3,), ["a"], ["cpu:0"]), "for 1 devices"),
        (lambda: d.DeviceMesh((1,), ["a"], ["cpu:77"]).backend_mesh, "got 'cpu:77'"),
        (
            lambda: d.TensorLayout(["b"], d.DeviceMesh((1,), ["a"], ["cpu:0"])),
            r"got 'b', expected one of \['a'\]",
        ),
        (lambda: d.list_devices("abacus"), "got 'abacus'"),
        (lambda: d.set_distribution("all"), "expected a Distribution"),
        (lambda: d.distribute_tensor([1.0], d.TensorLayout([None])), "got no device_mesh"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(make, says):
    with pytest.raises(ValueError, match=says):
        make()


def test_layouts_are_found_by_path_or_pattern():
    layouts = d.LayoutMap(d.DeviceMesh((1, 1), ["batch", "model"], ["cpu:0"]))
    layouts["dense.*kernel"] = (None, "model")
    layouts["out/kernel"] = ("model", None)
    assert layouts["net/dense_1/kernel"].axes == (None, "model")
    assert layouts["out/kernel"].axes == ("model", None) and layouts["net/dense/bias"] is None
    assert len(layouts) == 2 and list(layouts) == ["dense.*kernel", "out/kernel"]
    layouts["dense_1"] = (None, None)
    with pytest.raises(ValueError, match="several layouts"):
        layouts["net/dense_1/kernel"]
    with pytest.raises(ValueError, match="twice"):
        layouts["dense_1"] = (None, None)
    del layouts["dense_1"]
    assert len(layouts) == 2
