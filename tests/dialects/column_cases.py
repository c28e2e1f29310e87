"""Feature columns on small tables, and what TensorFlow makes of them.

    python tests/dialects/column_cases.py

prints `EXPECTED` where TensorFlow 2.15 is installed, the last that has feature columns; it came
from tensorflow-cpu 2.15.1. A row of the output stands between two bars, rounded to four decimals;
a long one has its numbers that are not 0, each after its place.
"""

from __future__ import annotations

import numpy as np


def rows(*values, dtype=None):
    return np.array(values, dtype)


PEOPLE = {
    "age": rows(10.0, 18.0, 30.0, 40.5, 26.0),
    "thal": rows("fixed", "", "normal", "zzz", "reversible"),
    "k": rows(0, 3, 4, -1, -2),
}
SEVERAL = {
    "thal": rows(
        ["fixed", "fixed", "reversible"],
        ["reversible", "", ""],
        ["q", "normal", "fixed"],
        ["", "", "q"],
    )
}
WEIGHTED = {
    "thal": rows(
        ["fixed", "reversible"], ["reversible", ""], ["fixed", "zzz"], ["fixed", "normal"]
    ),
    "w": rows([0.5, 2.0], [3.0, 0.0], [1.0, -4.0], [1.0, -4.0]),
}
PAIRS = {"p": rows([1.0, 2.0], [3.0, 4.0])}
TABLE = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]


def scaled(x):
    return (x - 3) / 4


def cases(tf) -> dict:
    """For each case the columns and the data, made by TensorFlow or by what stands in for it."""
    fc = tf.feature_column
    indicator, cross = fc.indicator_column, fc.crossed_column
    age, pair = fc.numeric_column("age"), fc.numeric_column("p", shape=(2,))
    ages, halves = fc.bucketized_column(age, [18, 25, 40.5]), fc.bucketized_column(pair, [2.5])

    def thal(**more):
        names = ["fixed", "normal", "reversible"]
        return fc.categorical_column_with_vocabulary_list("thal", names, **more)

    def kinds(values, **more):
        return fc.categorical_column_with_vocabulary_list("k", values, **more)

    def identity(**more):
        return fc.categorical_column_with_identity("k", 4, **more)

    def hashed(key, **more):
        return fc.categorical_column_with_hash_bucket(key, 5, **more)

    def embedded(column, table=TABLE, **more):
        initializer = tf.constant_initializer(np.array(table))
        return fc.embedding_column(column, len(table[0]), initializer=initializer, **more)

    weighted = fc.weighted_categorical_column(thal(), "w")
    of_ids = {"k": rows(3, -1, 7, 8, 9, 10, -5)}
    return {
        "numbers": (age, PEOPLE),
        "rows of one number": (age, {"age": rows([1.0], [2.0])}),
        "integers": (age, {"age": rows(1, 2)}),
        "truth values": (age, {"age": rows(True, False)}),
        "vectors": (pair, PAIRS),
        "matrices": (fc.numeric_column("p", shape=(2, 2)), {"p": rows([[1.0, 2.0], [3.0, 4.0]])}),
        "normalized": (fc.numeric_column("age", normalizer_fn=scaled), PEOPLE),
        "normalized integers": (fc.numeric_column("k", normalizer_fn=scaled), PEOPLE),
        "buckets": (ages, PEOPLE),
        "buckets of NaN": (ages, {"age": rows(np.nan, 1.0)}),
        "buckets of vectors": (halves, PAIRS),
        "buckets compare float32": (
            fc.bucketized_column(age, [0.1]),
            {"age": rows(0.1, 0.1 - 1e-9, 0.0999)},
        ),
        "buckets of normalized numbers": (
            fc.bucketized_column(fc.numeric_column("age", normalizer_fn=scaled), [3.5, 6]),
            PEOPLE,
        ),
        "indicator of buckets": (indicator(ages), PEOPLE),
        "indicator of buckets of vectors": (indicator(halves), PAIRS),
        "indicator": (indicator(thal()), PEOPLE),
        "indicator with a default": (indicator(thal(default_value=1)), PEOPLE),
        "indicator with buckets for the unknown": (indicator(thal(num_oov_buckets=3)), PEOPLE),
        "indicator counts": (indicator(thal()), SEVERAL),
        "integers of a vocabulary": (indicator(kinds([3, 7])), of_ids),
        "integers with buckets": (indicator(kinds([3, 7], num_oov_buckets=4)), of_ids),
        "-1 in a vocabulary": (indicator(kinds([3, -1])), of_ids),
        "identity": (indicator(identity()), PEOPLE),
        "identity with a default": (indicator(identity(default_value=2)), PEOPLE),
        "hash": (indicator(hashed("thal")), PEOPLE),
        "hash of integers": (
            indicator(hashed("k", dtype=tf.int64)),
            {"k": rows(1, 2, -1, -7, 12345678901)},
        ),
        "cross": (indicator(cross([ages, thal()], 7)), PEOPLE),
        "cross of raw columns": (indicator(cross(["thal", "k"], 9)), PEOPLE),
        "cross in another order": (indicator(cross(["k", "thal"], 9)), PEOPLE),
        "cross of a vocabulary": (indicator(cross([thal(), "k"], 9)), PEOPLE),
        "cross with a key": (indicator(cross([thal(), "k"], 9, hash_key=7)), PEOPLE),
        "cross of an identity": (indicator(cross([identity(), "thal"], 9)), PEOPLE),
        "cross of a cross": (
            indicator(cross([cross(["b", "thal"], 9), "k"], 11)),
            {"b": rows("u", "v", "w"), "thal": rows("fixed", "", "zzz"), "k": rows(1, 2, 3)},
        ),
        "cross of several values": (
            indicator(cross(["thal", "k"], 9)),
            {"thal": rows(["fixed", "normal"], ["a", ""]), "k": rows([1, 2], [3, 4])},
        ),
        "embedding": (embedded(thal()), PEOPLE),
        "mean": (embedded(thal()), SEVERAL),
        "sqrtn": (embedded(thal(), combiner="sqrtn"), SEVERAL),
        "sum": (embedded(thal(), combiner="sum"), SEVERAL),
        "largest norm": (embedded(thal(), max_norm=3.0), PEOPLE),
        "mean of the largest norm": (embedded(thal(), max_norm=3.0), SEVERAL),
        "embedding of buckets of vectors": (embedded(halves, [[1.0], [2.0], [4.0], [8.0]]), PAIRS),
        "embedding below the range": (
            embedded(identity(), [[1.0], [2.0], [3.0], [4.0]]),
            {"k": rows(1, -2, -1)},
        ),
        "embedding of a cross": (embedded(cross([ages, thal()], 3)), PEOPLE),
        "weighted": (indicator(weighted), WEIGHTED),
        "weighted mean": (embedded(weighted), WEIGHTED),
        "weighted sqrtn": (embedded(weighted, combiner="sqrtn"), WEIGHTED),
        "weighted sum": (embedded(weighted, combiner="sum"), WEIGHTED),
        "sorted by name": (
            [indicator(thal()), embedded(thal()), ages, age, fc.numeric_column("B")],
            {**PEOPLE, "B": rows(1.0, 2.0, 3.0, 4.0, 5.0)},
        ),
    }


def trained(tf, features) -> str:
    """The losses of three epochs of a small model, and then its weights."""
    fc = tf.feature_column
    age = fc.numeric_column("age", normalizer_fn=lambda x: (x - 25.0) / 10.0)
    ages = fc.bucketized_column(fc.numeric_column("age"), [18, 25, 40.5])
    thal = fc.categorical_column_with_vocabulary_list("thal", ["fixed", "normal", "reversible"])
    crossed = fc.crossed_column([ages, thal], 3)
    start = tf.constant_initializer(np.array(TABLE) / 10)
    columns = [
        age,
        ages,
        fc.embedding_column(thal, 2, initializer=start),
        fc.embedding_column(crossed, 2, combiner="sqrtn", initializer=start, max_norm=0.45),
    ]
    model = tf.keras.Sequential(
        [features(columns), tf.keras.layers.Dense(1, kernel_initializer="ones")]
    )
    model.compile(tf.keras.optimizers.SGD(0.05), "mse")
    table = {"age": PEOPLE["age"], "thal": PEOPLE["thal"]}
    data = tf.data.Dataset.from_tensor_slices((table, rows(0.0, 1.0, 0.0, 2.0, 1.0))).batch(2)
    losses = model.fit(data, epochs=3, verbose=0).history["loss"]
    return written([losses, *(np.ravel(w)[:4] for w in model.get_weights())])


def written(output) -> str:
    """An array as `EXPECTED` has it."""

    def number(value):
        return f"{value:.4f}".rstrip("0").rstrip(".")

    def row(values):
        if len(values) <= 4:
            return " ".join(map(number, values))
        return " ".join(f"{i}:{number(value)}" for i, value in enumerate(values) if value)

    return "|".join(map(row, output))


#: What TensorFlow 2.15.1 returned for each case.
EXPECTED = {
    "numbers": "10|18|30|40.5|26",
    "rows of one number": "1|2",
    "integers": "1|2",
    "truth values": "1|0",
    "vectors": "1 2|3 4",
    "matrices": "1 2 3 4",
    "normalized": "1.75|3.75|6.75|9.375|5.75",
    "normalized integers": "-0.75|0|0.25|-1|-1.25",
    "buckets": "1 0 0 0|0 1 0 0|0 0 1 0|0 0 0 1|0 0 1 0",
    "buckets of NaN": "0 0 0 1|1 0 0 0",
    "buckets of vectors": "1 0 1 0|0 1 0 1",
    "buckets compare float32": "0 1|0 1|1 0",
    "buckets of normalized numbers": "1 0 0|0 1 0|0 0 1|0 0 1|0 1 0",
    "indicator of buckets": "1 0 0 0|0 1 0 0|0 0 1 0|0 0 0 1|0 0 1 0",
    "indicator of buckets of vectors": "1 0 1 0|0 1 0 1",
    "indicator": "1 0 0|0 0 0|0 1 0|0 0 0|0 0 1",
    "indicator with a default": "1 0 0|0 0 0|0 1 0|0 1 0|0 0 1",
    "indicator with buckets for the unknown": "0:1||1:1|3:1|2:1",
    "indicator counts": "2 0 1|0 0 1|1 1 0|0 0 0",
    "integers of a vocabulary": "1 0|0 0|0 1|0 0|0 0|0 0|0 0",
    "integers with buckets": "0:1||1:1|5:1|3:1|4:1|2:1",
    "-1 in a vocabulary": "1 0|0 0|0 0|0 0|0 0|0 0|0 0",
    "identity": "1 0 0 0|0 0 0 1|0 0 0 0|0 0 0 0|0 0 0 0",
    "identity with a default": "1 0 0 0|0 0 0 1|0 0 1 0|0 0 0 0|0 0 1 0",
    "hash": "0:1||3:1|0:1|4:1",
    "hash of integers": "4:1|4:1||2:1|2:1",
    "cross": "1:1||5:1|4:1|1:1",
    "cross of raw columns": "1:1|5:1|3:1|1:1|2:1",
    "cross in another order": "4:1|5:1|4:1|7:1|8:1",
    "cross of a vocabulary": "7:1||3:1|1:1|2:1",
    "cross with a key": "8:1||6:1|5:1|2:1",
    "cross of an identity": "4:1|5:1|4:1||8:1",
    "cross of a cross": "8:1|9:1|1:1",
    "cross of several values": "0:1 3:3|2:1 4:1 5:1 8:1",
    "embedding": "1 2|0 0|3 4|0 0|5 6",
    "mean": "2.3333 3.3333|5 6|2 3|0 0",
    "sqrtn": "4.0415 5.7735|5 6|2.8284 4.2426|0 0",
    "sum": "7 10|5 6|4 6|0 0",
    "largest norm": "1 2|0 0|1.8 2.4|0 0|1.9206 2.3047",
    "mean of the largest norm": "1.3069 2.1016|1.9206 2.3047|1.4 2.2|0 0",
    "embedding of buckets of vectors": "2.5|5",
    "embedding below the range": "2|0|0",
    "embedding of a cross": "3 4|0 0|1 2|5 6|1 2",
    "weighted": "0.5 0 2|0 0 3|1 0 0|1 -4 0",
    "weighted mean": "4.2 5.2|5 6|1 2|1 2",
    "weighted sqrtn": "5.0932 6.3059|5 6|1 2|1 2",
    "weighted sum": "10.5 13|15 18|1 2|-11 -14",
    "sorted by name": "0:1 1:10 2:1 6:1 7:2 8:1|0:2 1:18 3:1|0:3 1:30 4:1 6:3 7:4 9:1|"
    "0:4 1:40.5 5:1|0:5 1:26 4:1 6:5 7:6 10:1",
}

#: What TensorFlow 2.15.1 returned for `trained`.
TRAINED = (
    "1.8438 0.5403 0.3109|-0.2049 -0.1 0.2922 0.4058|0.0525 0.1533 0.0792 0.1824|"
    "0.7034 0.9498 1.1152 0.6873|-0.3558"
)

if __name__ == "__main__":
    import tensorflow

    for name, (columns, data) in cases(tensorflow).items():
        output = tensorflow.keras.layers.DenseFeatures(columns)(data)
        print(f"    {name!r}: {written(output.numpy())!r},")
    print(trained(tensorflow, tensorflow.keras.layers.DenseFeatures))
