"""The smaller callbacks: a bad loss, a server, averages of weights, History and the bar as
callbacks."""

import json
import threading
import warnings
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import numpy as np
import pytest

import brickwork
from brickwork import layers
from brickwork.callbacks import (
    Callback,
    CallbackList,
    History,
    LambdaCallback,
    ProgbarLogger,
    RemoteMonitor,
    SwapEMAWeights,
    TerminateOnNaN,
)
from brickwork.errors import ArgumentError

X, Y = np.arange(12.0).reshape(12, 1) / 12, np.ones(12)


def model_of(optimizer="sgd", loss="mse"):
    model = brickwork.Sequential([layers.Dense(1, input_dim=1)])
    model.compile(optimizer, loss)
    return model


def fit(model, *callbacks, epochs=3, **options):
    options = {"shuffle": False, "batch_size": 4, "verbose": 0} | options
    return model.fit(X, Y, epochs=epochs, callbacks=list(callbacks), **options)


class TestTerminateOnNaN:
    y = np.where(np.arange(12) < 8, 1.0, 3e38)

    def broken(self, *callbacks, **options):
        """A training whose third batch has a loss of infinity."""
        model = model_of(loss="mse")
        options = {"shuffle": False, "batch_size": 4, "verbose": 0, "epochs": 3} | options
        return model, model.fit(X, self.y, callbacks=list(callbacks), **options)

    @pytest.mark.parametrize(
        "others",
        [(), (LambdaCallback(on_train_batch_end=lambda *_: None),)],
        ids=["epochs", "batches"],
    )
    def test_it_ends_with_a_line(self, capsys, others):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            model, history = self.broken(TerminateOnNaN(), *others)
        assert capsys.readouterr().out == "Batch 2: Invalid loss, terminating training\n"
        assert history.epoch == [0] and np.isnan(history.history["loss"][0])
        assert int(model.optimizer.iterations) == 2 and model.stop_training

    def test_streams_too(self, capsys):
        model = model_of()
        batches = ((X[i : i + 4], self.y[i : i + 4]) for i in (0, 4, 8))
        model.fit(batches, epochs=1, verbose=0, callbacks=TerminateOnNaN())
        assert capsys.readouterr().out == "Batch 2: Invalid loss, terminating training\n"

    def test_an_error_if_that_is_wanted(self):
        with pytest.raises(RuntimeError, match="NaN or Inf loss encountered at batch 2"):
            self.broken(TerminateOnNaN(raise_error=True))

    def test_a_training_that_goes_on_at_any_loss_ends_after_the_epoch(self, capsys):
        _, history = self.broken(TerminateOnNaN(), on_nan="continue")
        assert history.epoch == [0]
        assert "Invalid loss, terminating training" in capsys.readouterr().out

    def test_without_it_fit_warns(self):
        with pytest.warns(RuntimeWarning, match="not finite in epoch 1, batch 3"):
            self.broken()

    def test_it_listens_to_no_batches(self):
        assert not CallbackList(TerminateOnNaN()).per_batch


class TestRemoteMonitor:
    @pytest.fixture
    def server(self):
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.server.seen.append((self.path, dict(self.headers), body.decode()))
                self.send_response(self.server.status)
                self.end_headers()

            def log_message(self, *_):
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        server.seen, server.status = [], 200
        server.root = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
        server.server_close()

    def test_a_form(self, server):
        history = fit(model_of(), RemoteMonitor(server.root, "/here", "form", {"X-Me": "1"}))
        path, headers, body = server.seen[1]
        assert path == "/here" and headers["X-Me"] == "1"
        assert json.loads(parse_qs(body)["form"][0]) == {
            "epoch": 1,
            "loss": history.history["loss"][1],
        }

    def test_json(self, server):
        monitor = RemoteMonitor(server.root, send_as_json=True)
        monitor.on_epoch_end(2, {"loss": np.float32(0.5), "rows": np.array(3)})
        path, headers, body = server.seen[0]
        assert path == "/publish/epoch/end/" and headers["Content-Type"] == "application/json"
        assert json.loads(body) == {"epoch": 2, "loss": 0.5, "rows": 3}

    def test_a_server_that_refuses_is_warned_of_once(self, server):
        server.status = 500
        with pytest.warns(RuntimeWarning, match="responded with 500") as said:
            fit(model_of(), RemoteMonitor(server.root))
        assert len(said) == 1 and len(server.seen) == 3

    def test_an_unreachable_server_warns_once(self):
        with pytest.warns(RuntimeWarning, match="could not be reached") as said:
            assert len(fit(model_of(), RemoteMonitor("http://127.0.0.1:9")).epoch) == 3
        assert len(said) == 1

    @pytest.mark.parametrize("root", ["file:///etc", "localhost", None])
    def test_only_servers(self, root):
        with pytest.raises(ArgumentError, match=r"RemoteMonitor\.root"):
            RemoteMonitor(root)


class TestSwapEMAWeights:
    def averaging(self, **options):
        return model_of(brickwork.optimizers.SGD(0.5, use_ema=True, ema_momentum=0.5, **options))

    def test_predictions_by_the_averages_leave_the_weights(self):
        model = self.averaging()
        model.fit(X, Y, epochs=1, verbose=0)
        before = model.get_weights()
        (_, average), *_ = model.optimizer.averages()
        average.assign(np.full((1, 1), 5.0))
        plain = model.predict(X, verbose=0)
        swapped = model.predict(X, verbose=0, callbacks=[SwapEMAWeights()])
        np.testing.assert_allclose(swapped - plain, X * (5 - before[0]), rtol=1e-4, atol=1e-6)
        assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
        assert average.numpy() == 5.0

    @pytest.mark.parametrize("swap", [False, True])
    @pytest.mark.parametrize("end", ["stop", "error"])
    def test_a_training_that_ends_early_has_the_averages(self, end, swap):
        """In Keras ``swap_on_epoch`` leaves the weights of the last step there."""

        class Ends(Callback):
            def on_epoch_end(self, epoch, logs=None):
                if epoch == 1:
                    self.model.stop_training = True
                    if end == "error":
                        raise RuntimeError

        wanted = self.averaging()
        model = self.averaging()
        wanted.set_weights(model.get_weights())
        fit(wanted, epochs=2)
        try:
            fit(model, SwapEMAWeights(swap), Ends(), epochs=5)
        except RuntimeError:
            assert end == "error"
        for a, b in zip(wanted.get_weights(), model.get_weights(), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-6)

    @pytest.mark.parametrize(
        "make",
        [
            lambda inner: brickwork.optimizers.LossScaleOptimizer(inner),
            lambda inner: brickwork.optimizers.MultiOptimizer(
                brickwork.optimizers.OptimizerMap(brickwork.optimizers.SGD(), {".*kernel": inner})
            ),
        ],
        ids=["scaled", "several"],
    )
    def test_optimizers_made_of_others(self, make):
        inner = brickwork.optimizers.SGD(0.5, use_ema=True)
        model = model_of(make(inner))
        fit(model, SwapEMAWeights())
        assert len(inner.averages()) in (1, 2)

    @pytest.mark.parametrize(
        "optimizer",
        ["sgd", brickwork.optimizers.LossScaleOptimizer(brickwork.optimizers.SGD())],
        ids=["plain", "scaled"],
    )
    def test_there_must_be_averages(self, optimizer):
        with pytest.raises(ArgumentError, match="expected one with use_ema=True"):
            fit(model_of(optimizer), SwapEMAWeights())


class TestHistory:
    def test_fit_returns_the_history_that_was_passed(self):
        model, mine = model_of(), History()
        assert fit(model, mine) is mine is model.history
        assert mine.epoch == [0, 1, 2] and len(mine.history["loss"]) == 3
        assert fit(model) is not mine

    def test_a_subclass_is_called_too(self):
        class Mine(History):
            calls = 0

            def on_epoch_end(self, epoch, logs=None):
                super().on_epoch_end(epoch, logs)
                self.calls += 1

        model, mine = model_of(), Mine()
        assert fit(model, mine) is mine
        assert mine.calls == 3 and len(mine.history["loss"]) == 3 and mine.epoch == [0, 1, 2]


class TestProgbarLogger:
    def test_fit_has_one_progress_bar(self, capsys):
        for callbacks in ([], [ProgbarLogger()]):
            fit(model_of(), *callbacks, verbose=2)
            out = capsys.readouterr().out
            assert out.count("Epoch ") == 3 and out.count("loss:") == 3

    def test_evaluate_and_predict_too(self, capsys):
        model = model_of()
        model.evaluate(X, Y, verbose=0, callbacks=[ProgbarLogger()])
        model.predict(X, verbose=0, callbacks=[ProgbarLogger()])
        assert not capsys.readouterr().out

    def test_a_loop_of_ones_own(self, capsys):
        model = model_of()
        hooks = CallbackList(
            add_history=True, add_progbar=True, model=model, epochs=2, steps=3, verbose=2
        )
        hooks.on_train_begin()
        for epoch in range(2):
            hooks.on_epoch_begin(epoch)
            for batch in range(3):
                hooks.on_train_batch_begin(batch)
                hooks.on_train_batch_end(batch, {"loss": 0.5})
            hooks.on_epoch_end(epoch, {"loss": 0.25})
        hooks.on_train_end()
        out = capsys.readouterr().out
        assert out.startswith("Epoch 1/2\n3/3 - 0s") and out.count("loss: 0.2500") == 2
        assert model.history.history == {"loss": [0.25, 0.25]}

    def test_what_is_there_is_not_added(self):
        history, bar = History(), ProgbarLogger()
        hooks = CallbackList([history, bar], add_history=True, add_progbar=True)
        assert hooks.callbacks == [history, bar]
