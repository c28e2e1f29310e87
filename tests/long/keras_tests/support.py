"""What Keras's tests find as ``keras.src.testing``: a `TestCase` with its assertions.

It is our own. Two things differ on purpose, and docs/keras.md says so: the words of errors and
warnings are not compared, and what attributes an object has beyond its config is not either.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
from absl.testing import parameterized

import brickwork
from brickwork import ops, saving, tree
from brickwork.backend import is_float_dtype, standardize_dtype
from brickwork.random import SeedGenerator


def in_brickwork(kind: type) -> bool:
    """Whether a class is the library's."""
    return kind.__module__.startswith("brickwork.")


def KerasTensor(shape, dtype):
    """A symbol of that shape and dtype."""
    if hasattr(brickwork, "KerasTensor"):
        return brickwork.KerasTensor(shape, dtype)
    return brickwork.Input(batch_shape=shape, dtype=dtype)  # as it was once


def _numpy(x):
    """Anything with numbers as an array."""
    if isinstance(x, np.ndarray):
        return x
    return np.asarray(ops.convert_to_numpy(x) if ops.is_tensor(x) else x)


def is_shape(x) -> bool:
    """Whether x is a shape, and not a list or dict of shapes."""
    return isinstance(x, (list, tuple)) and all(d is None or isinstance(d, int) for d in x)


def each_shape(function, shapes, dtypes):
    """The function of each shape and its dtype, in the nest of the shapes."""
    if is_shape(shapes):
        return function(tuple(shapes), dtypes)
    if isinstance(shapes, dict):
        return {key: each_shape(function, s, dtypes[key]) for key, s in shapes.items()}
    pairs = zip(shapes, dtypes, strict=False)  # one dtype may stand for all
    return type(shapes)(each_shape(function, s, d) for s, d in pairs)


def _floats(shapes):
    """The dtypes of shapes for which none are given."""
    return each_shape(lambda shape, _: "float32", shapes, _Any())


class _Any:
    """A nest with whatever is asked of it."""

    def __getitem__(self, key):
        return self

    def __iter__(self):
        while True:
            yield self


def _arguments(shapes: dict) -> dict:
    """Shapes by the names of ``build`` as arguments of ``call``: x_shape is x."""
    return {key.removesuffix("_shape"): value for key, value in shapes.items()}


class TestCase(parameterized.TestCase):
    """The base of Keras's tests."""

    maxDiff = None

    def setUp(self):
        brickwork.utils.clear_session()

    def get_temp_dir(self) -> str:
        """A folder that is removed at the end of the test."""
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        return folder

    def convert_to_numpy(self, x):
        return _numpy(x)

    # Assertions

    def assertAllClose(self, actual, desired, atol=1e-6, rtol=1e-6, msg=None, **tpu):
        np.testing.assert_allclose(
            _numpy(actual), _numpy(desired), atol=atol, rtol=rtol, err_msg=msg or ""
        )

    def assertNotAllClose(self, x1, x2, atol=1e-6, rtol=1e-6, msg=None):
        a, b = _numpy(x1), _numpy(x2)
        if a.shape == b.shape and np.allclose(a, b, atol=atol, rtol=rtol):
            self.fail(msg or f"equal within {atol}: {a}")

    def assertAlmostEqual(self, actual, desired, decimal=3, msg=None, **tpu):
        np.testing.assert_almost_equal(
            _numpy(actual), _numpy(desired), decimal=decimal, err_msg=msg or ""
        )

    def assertAllEqual(self, actual, desired, msg=None):
        np.testing.assert_array_equal(_numpy(actual), _numpy(desired), err_msg=msg or "")

    def assertLen(self, iterable, expected_len, msg=None):
        self.assertEqual(len(iterable), expected_len, msg)

    def assertSparse(self, x, sparse=True):
        self.assertFalse(sparse, "sparse tensors are not supported")

    def assertRagged(self, x, ragged=True):
        self.assertFalse(ragged, "ragged tensors are not supported")

    def assertDType(self, x, dtype, msg=None):
        found = standardize_dtype(x.dtype if hasattr(x, "dtype") else type(x))
        self.assertEqual(found, standardize_dtype(dtype), msg)

    def assertFileExists(self, path):
        self.assertTrue(Path(path).is_file(), f"no file {path}")

    # The words of errors and warnings are brickwork's own.

    def assertRaisesRegex(self, expected_exception, expected_regex, *args, **kwargs):
        return self.assertRaises(expected_exception, *args, **kwargs)

    def assertWarnsRegex(self, expected_warning, expected_regex, *args, **kwargs):
        return self.assertWarns(expected_warning, *args, **kwargs)

    # Whole objects

    def run_class_serialization_test(self, instance, custom_objects=None):
        """An object from its config, and from what `serialize_keras_object` returns of it."""
        config, kind = _text(instance.get_config()), type(instance)
        own = {} if in_brickwork(kind) else {kind.__name__: kind}  # Keras would import it
        with saving.custom_object_scope({**own, **(custom_objects or {})}):
            again = type(instance).from_config(instance.get_config())
            self.assertEqual(_text(again.get_config()), config)
            text = _text(saving.serialize_keras_object(instance))
            again = saving.deserialize_keras_object(_from_text(text))
        self.assertEqual(_text(again.get_config()), config)
        return again

    def run_layer_test(self, layer_cls, init_kwargs, **options):
        """Everything that is asked of a layer: see `LayerTest`."""
        LayerTest(self, layer_cls, init_kwargs or {}, **options).run()


class Trainer(brickwork.Model):
    """What a test file mixes into a layer to make a model of it."""

    def __init__(self):
        """Nothing: the layer's __init__ makes the model."""

    def build(self, input_shape):
        """Build what the layer builds that it is mixed with."""
        of_model = brickwork.Model.__mro__
        others = (c for c in type(self).__mro__ if c not in of_model and not issubclass(c, Trainer))
        kind = next((c for c in others if "build" in vars(c)), brickwork.Model)
        return kind.build(self, input_shape)


class LayerTest:
    """A layer is built, called on symbols and arrays, saved as a config, and trained a step.

    Each number of weights, shape and dtype is compared with what is expected, if it is, and
    otherwise with what the layer had when it was called on arrays.
    """

    def __init__(
        self,
        case: TestCase,
        layer_cls: type,
        init_kwargs: dict,
        input_shape=None,
        input_dtype=None,
        input_sparse=False,
        input_ragged=False,
        input_data=None,
        call_kwargs=None,
        custom_objects=None,
        supports_masking=None,
        run_training_check=True,
        run_mixed_precision_check=True,
        assert_built_after_instantiation=False,
        tpu_atol=None,
        tpu_rtol=None,
        **expected,
    ):
        if input_sparse or input_ragged:
            case.skipTest("sparse: sparse and ragged tensors")
        self.case, self.cls, self.init = case, layer_cls, init_kwargs
        self.shapes, self.data = input_shape, input_data
        self.call_kwargs, self.custom_objects = call_kwargs or {}, custom_objects
        self.supports_masking = supports_masking
        self.train, self.mixed = run_training_check, run_mixed_precision_check
        self.stateless = assert_built_after_instantiation
        self.expected = {
            name.removeprefix("expected_"): value
            for name, value in expected.items()
            if value is not None and value is not False
        }
        if input_data is None and input_shape is not None:
            dtypes = input_dtype if input_dtype is not None else _floats(input_shape)
            self.data = each_shape(_random, input_shape, dtypes)
            if isinstance(self.data, dict):
                self.data = _arguments(self.data)

    def run(self):
        """All of it."""
        self.case.run_class_serialization_test(self.new(), self.custom_objects)
        if self.supports_masking is not None:
            self.case.assertEqual(self.new().supports_masking, self.supports_masking)
        if self.data is None:
            return
        self.count_weights()
        self.build()
        self.call_on_symbols()
        self.call_on_arrays()
        if self.stateless:
            self.built_from_the_start()
        if self.mixed:
            self.half_precision()

    def new(self, **more):
        return self.cls(**{**self.init, **more})

    def called(self, layer, data):
        if isinstance(data, dict):
            return layer(**data, **self.call_kwargs)
        return layer(data, **self.call_kwargs)

    def counts(self, layer) -> dict:
        """How many weights of each kind the layer has."""
        return {
            "num_trainable_weights": len(layer.trainable_weights),
            "num_non_trainable_weights": len(layer.non_trainable_weights),
            "num_non_trainable_variables": len(layer.non_trainable_variables),
            "num_seed_generators": len(_seed_generators(layer)),
        }

    def count_weights(self):
        layer = self.new()
        self.called(layer, self.data)
        self.expected = {**self.counts(layer), **self.expected}

    def check_built(self, layer):
        self.case.assertTrue(layer.built)
        for name, found in self.counts(layer).items():
            self.case.assertEqual(found, self.expected[name], name)

    def build(self):
        shapes = self.shapes
        if shapes is None:
            shapes = tree.map_structure(lambda x: tuple(np.shape(x)), self.data)
        layer = self.new()
        if isinstance(shapes, dict):
            layer.build(**shapes)
        else:
            layer.build(shapes)
        self.check_built(layer)

    def symbols(self):
        return tree.map_structure(
            lambda x: KerasTensor(tuple(x.shape), dtype=standardize_dtype(x.dtype)), self.data
        )

    def call_on_symbols(self):
        layer, symbols = self.new(), self.symbols()
        outputs = self.called(layer, symbols)
        self.check_built(layer)
        self.check_outputs(outputs)
        if "mask_shape" in self.expected:
            mask = layer.compute_mask(symbols)
            self.case.assertEqual(tuple(mask.shape), self.expected["mask_shape"])

    def check_outputs(self, outputs):
        """Shapes and dtypes."""
        if "output_shape" in self.expected:
            found = [tuple(x.shape) for x in tree.flatten(outputs)]
            wanted = []
            each_shape(lambda s, _: wanted.append(s), self.expected["output_shape"], _Any())
            self.case.assertEqual(len(found), len(wanted))
            for shape, expected in zip(found, wanted, strict=True):
                fits = len(shape) == len(expected) and all(
                    e is None or e == d for d, e in zip(shape, expected, strict=True)
                )
                self.case.assertTrue(fits, f"shape {shape}, not {expected}")
        if "output_dtype" in self.expected:
            found = [standardize_dtype(x.dtype) for x in tree.flatten(outputs)]
            self.case.assertEqual(found, list(tree.flatten(self.expected["output_dtype"])))

    def call_on_arrays(self):
        layer = self.new()
        outputs = self.called(layer, self.data)
        self.check_outputs(outputs)
        if "output" in self.expected:
            for found, wanted in zip(
                tree.flatten(outputs), tree.flatten(self.expected["output"]), strict=True
            ):
                self.case.assertAllClose(found, wanted)
        if "num_losses" in self.expected:
            self.case.assertLen(layer.losses, self.expected["num_losses"])
        if self.train:
            _train(layer, self.data, outputs)

    def built_from_the_start(self):
        """A layer without weights is built when it is made, unless a subclass has a `build`."""
        self.case.assertTrue(self.new().built)

        class WithBuild(self.cls):
            def build(self, *args, **kwargs):
                pass

        self.case.assertFalse(WithBuild(**self.init).built)

    def half_precision(self):
        """The dtypes that `compute_output_spec` says are those of the outputs."""
        layer = self.new(dtype="mixed_float16")
        outputs, symbols = self.called(layer, self.data), self.symbols()
        if isinstance(symbols, dict):
            spec = layer.compute_output_spec(**symbols)
        else:
            spec = layer.compute_output_spec(symbols)
        for found, said in zip(tree.flatten(outputs), tree.flatten(spec), strict=True):
            self.case.assertEqual(standardize_dtype(found.dtype), standardize_dtype(said.dtype))
        for weight in layer.weights:
            if is_float_dtype(weight.dtype):
                self.case.assertEqual(standardize_dtype(weight.dtype), "float32")


def _random(shape, dtype):
    """Numbers from 0 to 3."""
    return (np.random.default_rng(1).random(shape) * 3).astype(dtype)


def _train(layer, inputs, outputs):
    """A step of a model that holds the layer."""

    class Holder(brickwork.Model):
        def __init__(self, layer):
            super().__init__()
            self.layer = layer

        def call(self, x, training=False):
            return self.layer(x, training=training)

    class SumOfOutputs(brickwork.Loss):
        def __call__(self, y_true, y_pred, sample_weight=None):
            return ops.sum(y_pred)

    def batches():
        while True:
            yield inputs, outputs

    model = Holder(layer)
    model.compile(optimizer="sgd", loss=SumOfOutputs())
    model.fit(batches(), steps_per_epoch=1, verbose=0)


def _seed_generators(layer) -> list:
    """The random number generators of a layer and of those inside."""
    from brickwork.layers.tracking import distinct, inside

    return distinct(
        generator
        for part in layer.family()
        for generator in inside(vars(part).values(), SeedGenerator)
    )


def _text(config) -> str:
    """A config as text in which a tuple is not a list."""

    def marked(x):
        if isinstance(x, tuple):
            return {"a tuple of": [marked(e) for e in x]}
        if isinstance(x, list):
            return [marked(e) for e in x]
        return {k: marked(v) for k, v in x.items()} if isinstance(x, dict) else x

    return json.dumps(marked(config), sort_keys=True)


def _from_text(text: str):
    return json.loads(
        text, object_hook=lambda d: tuple(d["a tuple of"]) if "a tuple of" in d else d
    )


# Data and cases


def get_test_data(train_samples, test_samples, input_shape, num_classes, random_seed=None):
    """Rows around one random point for each class, for training and for a test."""
    rng = np.random.default_rng(random_seed)
    centers = 2 * num_classes * rng.random((num_classes, *input_shape))

    def rows(count):
        y = np.arange(count) % num_classes
        rng.shuffle(y)
        x = centers[y] + rng.normal(size=(count, *input_shape))
        return x.astype("float32"), y.astype("int64")

    return rows(train_samples), rows(test_samples)


def named_product(*lists, **values):
    """The product of lists of cases, and of lists of values for arguments, with a name for each."""
    factors = [list(cases) for cases in lists]
    for argument, choices in values.items():
        factors.append(
            [
                {"testcase_name": getattr(c, "__name__", str(c)).lower(), argument: c}
                for c in choices
            ]
        )
    cases = [{}]
    for factor in factors:
        cases = [_joined(case, more) for more in factor for case in cases]
    return cases


def _joined(a: dict, b: dict) -> dict:
    names = [c["testcase_name"] for c in (a, b) if c.get("testcase_name")]
    return {**a, **b, "testcase_name": "_".join(names)}


def _no(*_) -> bool:
    """There is no other backend, and no GPU."""
    return False


uses_gpu = uses_tpu = jax_uses_gpu = jax_uses_tpu = _no
tensorflow_uses_gpu = tensorflow_uses_tpu = torch_uses_gpu = _no
assert_allclose, assert_array_equal = np.testing.assert_allclose, np.testing.assert_array_equal
main = unittest.main
test_case = test_utils = sys.modules[__name__]
