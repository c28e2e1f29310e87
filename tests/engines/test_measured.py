"""Where JAX has a GPU the engine is chosen by measurement; here its place is taken by the
processor."""

import numpy as np
import pytest

from brickwork import layers, utils
from brickwork.engines import choice, measured
from brickwork.models import Sequential
from brickwork.training import programs

X = np.random.default_rng(0).normal(size=(64, 300)).astype("float32")


def model(units=512, **options):
    utils.set_random_seed(1)
    found = Sequential([layers.Input((300,)), layers.Dense(units, "relu"), layers.Dense(1)])
    found.compile("sgd", "mse", **options)
    return found


@pytest.fixture
def gpu(monkeypatch):
    """JAX has a GPU, of which a step takes as long as is said."""
    took = {}
    monkeypatch.setattr(programs, "has_plugin", lambda: True)
    monkeypatch.setattr(measured, "accelerator", lambda: "gpu (Some GPU)")

    def best(run):
        run()  # on both engines
        return took["native" if "native" in run.__repr__() else "jax"]

    monkeypatch.setattr(measured, "best", best)
    return took


def fitted(found, batch=64, **more):
    return found.fit(X, X[:, :1], batch_size=batch, **({"verbose": 0} | more)).history["loss"]


@pytest.mark.parametrize("jax, engine", [(0.001, "JAX"), (0.02, "native")])
def test_the_faster_engine_trains_and_says_why(gpu, capsys, jax, engine):
    gpu |= {"native": 0.004, "jax": jax}
    found = model()
    fitted(found, verbose=2)
    line = capsys.readouterr().out.splitlines()[0]
    assert line.startswith(f"Engine: {engine}")
    assert line.endswith(
        f"since a step takes {jax * 1000:g} ms on gpu (Some GPU), and 4 ms on the native engine."
    )
    assert found._plans.choice.name == {"JAX": "jax", "native": "auto"}[engine]
    found.summary()
    assert "Some GPU" in capsys.readouterr().out


def test_another_batch_size_is_another_choice(gpu):
    gpu |= {"native": 0.004, "jax": 0.001}
    found = model()
    fitted(found)
    assert found._plans.choice.name == "jax"
    gpu["jax"] = 1.0
    fitted(found, batch=60)
    assert found._plans.choice.name == "auto"
    fitted(found)
    assert found._plans.choice.name == "jax"


def test_small_networks_stay_native_unmeasured(gpu, capsys):
    found = model(units=2)
    fitted(found, batch=8, verbose=2)  # `took` is empty: a measurement would fail
    line = capsys.readouterr().out.splitlines()[0]
    assert line.startswith("Engine: native") and "since a step takes about 0.0" in line


@pytest.mark.parametrize("engine", ["native", "jax"])
def test_who_has_chosen_is_not_asked(gpu, engine):
    found = model(engine=engine)
    fitted(found)
    assert found._plans.choice.why == "compile says so"


def test_measuring_changes_nothing(gpu):
    gpu |= {"native": 0.001, "jax": 1.0}
    measured_losses = fitted(model(), epochs=3)
    assert measured_losses == fitted(model(engine="native"), epochs=3)


def test_both_engines_are_timed():
    found = model()
    fitted(found)
    program = found._plans.loss_and_gradients(
        programs_signatures(found),
    )
    from brickwork.engines import jax, native

    for engine in (native, jax):
        assert 0 < measured.best(engine.timed(program, [X, X[:, :1]])) < 1


def programs_signatures(found):
    from brickwork import data
    from brickwork.training import signatures_of

    expects = found._expectation()
    return signatures_of(data.for_fit(X, X[:, :1], expects=expects).data, expects)


def test_without_a_gpu_nothing_is_measured(monkeypatch):
    monkeypatch.setattr(measured, "best", lambda run: pytest.fail("measured"))
    monkeypatch.setattr(choice, "find_spec", lambda name: None)
    choice.has_plugin.cache_clear()
    found = model()
    fitted(found)
    assert found._plans.choice == ("auto", "")
    assert measured.accelerator() is None
    choice.has_plugin.cache_clear()
