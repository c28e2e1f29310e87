"""The cases of `tools/preprocessing-golden` for TensorFlow, which brickwork must match.

A case is ``(layer, arguments, what adapt sees or None, inputs)``; strings and integers in nested
lists. No import of either library, so that each can read it.
"""

import random

_rng = random.Random(7)
_LETTERS = "abcdefghijklmnopqrstuvwxyz ABC0123456789_-.,!가나다라마바사아자차카타파하é漢😀"


def text(length):
    return "".join(_rng.choice(_LETTERS) for _ in range(length))


#: Of every length from 0 to 200 bytes or more, ASCII and not.
TEXTS = (
    ["", "a", "바다", "brickwork", "-17", "3.5", "True"]
    + [
        "x" * n
        for n in (
            1,
            2,
            3,
            4,
            7,
            8,
            9,
            15,
            16,
            17,
            31,
            32,
            33,
            63,
            64,
            65,
            127,
            128,
            129,
            192,
            193,
            255,
            256,
            257,
            600,
        )
    ]
    + [text(n % 140) for n in range(280)]
)
INTEGERS = [0, 1, -1, 7, 10, 123456789, -987654321, 2**40, -(2**62)] + [
    _rng.randrange(-(10**6), 10**6) for _ in range(60)
]
SALTS = [133, (1, 2), (2**40 + 3, -5)]

WORDS = [["sea", "sky"], ["sea", "바다"], ["hill", "sea"], ["", "[UNK]"], ["sky", "wood"]]
NEW_WORDS = [["sea", "hill"], ["moon", ""], ["[UNK]", "바다"], ["wood", "Sea"]]
NUMBERS = [[3, 5], [3, 9], [-1, 3], [0, 5], [12, 100]]
NEW_NUMBERS = [[3, 100], [77, 0], [-1, 9], [5, -8]]
POEMS = [
    "The sea, the SKY;  the hill!",
    "a\tsea\nand a sky",
    "",
    "바다는 넓다. 바다는 푸르다!",
    "It's 5 o'clock -- É\u00a0è",
    "sea sea sea",
]
NEW_POEMS = ["the sea is wide", "", "하늘과 바다는", "  A  sea  ", "it's: [sea]?"]

HASHES = (
    [
        ("Hashing", {"num_bins": bins, "salt": salt, "mask_value": mask}, None, inputs)
        for inputs, mask_values in ((TEXTS, (None, "", "바다")), (INTEGERS, (None, 7)))
        for bins, salt in (
            (2, None),
            (1000003, None),
            (97, SALTS[0]),
            (1000003, SALTS[1]),
            (11, SALTS[2]),
            (1, None),
        )
        for mask in mask_values
    ]
    + [
        ("Hashing", {"num_bins": 5, "output_mode": mode}, None, inputs)
        for mode in ("one_hot", "multi_hot", "count")
        for inputs in (WORDS, NUMBERS, [["sea"], ["sky"]], ["sea", "sky", "hill"])
    ]
    + [("Hashing", {"num_bins": 7}, None, [1.7, -2.9, 3.0])]
)
CROSSES = [
    ("HashedCrossing", {"num_bins": bins}, None, list(pair))
    for bins in (5, 1000003)
    for pair in (
        (TEXTS[:60], TEXTS[60:120]),
        (TEXTS[:60], INTEGERS[:60]),
        (INTEGERS[:60], INTEGERS[9:69]),
        (INTEGERS[:60], TEXTS[90:150], TEXTS[20:80]),
    )
] + [
    ("HashedCrossing", {"num_bins": 4, "output_mode": "one_hot"}, None, pair)
    for pair in ([["a", "b"], [1, 2]], [[["a"], ["b"]], [[1], [2]]])
]

_MODES = ("int", "multi_hot", "count", "tf_idf")
LOOKUPS = [
    case
    for mode in _MODES
    for case in (
        ("StringLookup", {"output_mode": mode}, WORDS, NEW_WORDS),
        ("StringLookup", {"output_mode": mode, "mask_token": ""}, WORDS, NEW_WORDS),
        (
            "StringLookup",
            {"output_mode": mode, "num_oov_indices": 3, "mask_token": "sea"},
            WORDS,
            NEW_WORDS,
        ),
        ("StringLookup", {"output_mode": mode, "num_oov_indices": 3, "salt": 17}, WORDS, NEW_WORDS),
        ("StringLookup", {"output_mode": mode, "max_tokens": 4}, WORDS, NEW_WORDS),
        (
            "StringLookup",
            {"output_mode": mode, "max_tokens": 9, "pad_to_max_tokens": mode != "int"},
            WORDS,
            NEW_WORDS,
        ),
        ("IntegerLookup", {"output_mode": mode}, NUMBERS, NEW_NUMBERS),
        ("IntegerLookup", {"output_mode": mode, "mask_token": 0}, NUMBERS, NEW_NUMBERS),
        ("IntegerLookup", {"output_mode": mode, "num_oov_indices": 2}, NUMBERS, NEW_NUMBERS),
        (
            "IntegerLookup",
            {"output_mode": mode, "num_oov_indices": 3, "oov_method": "farmhash"},
            NUMBERS,
            NEW_NUMBERS,
        ),
        (
            "IntegerLookup",
            {"output_mode": mode, "num_oov_indices": 3, "oov_method": "farmhash", "salt": [3, 4]},
            NUMBERS,
            NEW_NUMBERS,
        ),
        (
            "IntegerLookup",
            {"output_mode": mode, "max_tokens": 3, "oov_token": 3},
            NUMBERS,
            NEW_NUMBERS,
        ),
    )
] + [
    ("StringLookup", {"output_mode": "one_hot"}, WORDS, NEW_WORDS),
    ("StringLookup", {"output_mode": "one_hot", "mask_token": ""}, WORDS, [["sea"], ["sky"], [""]]),
    ("StringLookup", {"output_mode": "count"}, WORDS, ["sea", "sky", "sea"]),
    ("StringLookup", {"output_mode": "multi_hot"}, WORDS, [NEW_WORDS, NEW_WORDS]),
    ("StringLookup", {"output_mode": "count"}, WORDS, [NEW_WORDS, NEW_WORDS]),
    ("StringLookup", {"output_mode": "tf_idf"}, ["sea", "sky", "sea"], NEW_WORDS),
    ("StringLookup", {"vocabulary": ["b", "a"], "num_oov_indices": 0}, None, [["a"], ["b"]]),
    ("StringLookup", {"vocabulary": ["b", "a"], "num_oov_indices": 0}, None, [["a"], ["c"]]),
    ("StringLookup", {"vocabulary": ["b", "a", "b"]}, None, ["a"]),
    ("StringLookup", {"vocabulary": ["[UNK]", "b", "a"]}, None, ["a", "c", "[UNK]"]),
    ("StringLookup", {"vocabulary": ["b", "", "a"], "mask_token": ""}, None, ["a"]),
    ("StringLookup", {"vocabulary": ["", "[UNK]", "b", "a"], "mask_token": ""}, None, ["a", ""]),
    ("StringLookup", {"vocabulary": ["b", "a"], "output_mode": "tf_idf"}, None, [["a"]]),
    (
        "StringLookup",
        {"vocabulary": ["b", "a"], "output_mode": "tf_idf", "idf_weights": [0.5, 0.25]},
        None,
        [["a", "b"], ["c", "a"]],
    ),
    (
        "StringLookup",
        {
            "vocabulary": ["[UNK]", "b", "a"],
            "output_mode": "tf_idf",
            "idf_weights": [0.9, 0.5, 0.25],
        },
        None,
        [["a", "b"], ["c", "c"]],
    ),
    (
        "StringLookup",
        {
            "vocabulary": ["b", "a"],
            "output_mode": "tf_idf",
            "max_tokens": 5,
            "idf_weights": [0.5, 0.25],
            "pad_to_max_tokens": True,
        },
        None,
        [["a", "c"]],
    ),
    ("StringLookup", {"vocabulary": ["b", "a", "c"], "max_tokens": 3}, None, ["a"]),
    ("StringLookup", {"vocabulary": ["b", "바다"], "invert": True}, None, [[0, 1], [2, 9]]),
    (
        "StringLookup",
        {"vocabulary": ["b", "바다"], "invert": True, "mask_token": ""},
        None,
        [[0, 1], [2, 3]],
    ),
    ("StringLookup", {"vocabulary": ["b", "[UNK]"], "invert": True}, None, [[0, 1]]),
    ("StringLookup", {"invert": True}, WORDS, [[0, 1], [2, 3]]),
    ("IntegerLookup", {"vocabulary": [12, 36], "invert": True}, None, [[0, 1], [2, 9]]),
    ("IntegerLookup", {"vocabulary": [-1, 12, 36]}, None, [[12, 5], [-1, 36]]),
]

VECTORS = [
    ("TextVectorization", kwargs, POEMS, NEW_POEMS)
    for kwargs in (
        {},
        {"standardize": "lower"},
        {"standardize": "strip_punctuation"},
        {"standardize": None},
        {"split": "character"},
        {"split": "character", "ngrams": 2},
        {"ngrams": 2},
        {"ngrams": (2, 3)},
        {"ngrams": (1, 3), "output_mode": "count"},
        {"output_sequence_length": 3},
        {"output_sequence_length": 7},
        {"max_tokens": 5},
        {"max_tokens": 6, "output_mode": "count"},
        {"output_mode": "multi_hot"},
        {"output_mode": "count"},
        {"output_mode": "tf_idf"},
        {"output_mode": "tf_idf", "max_tokens": 60, "pad_to_max_tokens": True},
        {"output_mode": "multi_hot", "max_tokens": 60, "pad_to_max_tokens": True},
        {"split": None},
        {"split": None, "output_mode": "multi_hot"},
    )
] + [
    ("TextVectorization", {}, POEMS, [[poem] for poem in NEW_POEMS]),
    ("TextVectorization", {}, [[poem] for poem in POEMS], "a sea of seas"),
    ("TextVectorization", {"split": None}, WORDS, NEW_WORDS),
    ("TextVectorization", {"split": None, "output_mode": "count"}, WORDS, NEW_WORDS),
    ("TextVectorization", {"split": None, "ngrams": 2}, WORDS, NEW_WORDS),
    ("TextVectorization", {"split": None, "output_sequence_length": 1}, WORDS, NEW_WORDS),
    ("TextVectorization", {"split": None, "output_sequence_length": 4}, WORDS, NEW_WORDS),
    ("TextVectorization", {}, WORDS, NEW_WORDS),
    ("TextVectorization", {"vocabulary": ["sea", "sky"]}, None, ["a sky", "sea sky sea"]),
    (
        "TextVectorization",
        {"vocabulary": ["sea", "sky"], "output_mode": "tf_idf", "idf_weights": [0.5, 0.25]},
        None,
        ["a sky", "sea sky sea"],
    ),
    ("TextVectorization", {"output_mode": "count", "output_sequence_length": 3}, None, ["a"]),
]

_VALUES = [[-1.5, 1.0, 3.4, 0.5], [0.0, 3.0, 1.3, 0.0]]
_MANY = [round(_rng.gauss(0.0, 1.0), 4) for _ in range(400)]
NUMERIC = (
    [
        ("Discretization", {"bin_boundaries": [0.0, 1.0, 2.0], "output_mode": mode}, None, _VALUES)
        for mode in ("int", "one_hot", "multi_hot", "count")
    ]
    + [
        ("Discretization", {"num_bins": bins, "epsilon": epsilon}, data, _VALUES)
        for bins in (2, 3, 4, 10)
        for epsilon in (0.01, 0.05, 0.3)
        for data in (_VALUES[0], _MANY)
    ]
    + [
        (
            "Discretization",
            {"bin_boundaries": [0.5], "output_mode": "one_hot"},
            None,
            [[0.1], [0.9]],
        ),
        ("CategoryEncoding", {"num_tokens": 4, "output_mode": "one_hot"}, None, [3, 2, 0, 1]),
    ]
    + [
        ("CategoryEncoding", {"num_tokens": 4, "output_mode": mode}, None, inputs)
        for mode in ("one_hot", "multi_hot", "count")
        for inputs in (
            [[0, 1], [0, 0], [1, 2], [3, 1]],
            [[1], [0], [3]],
            [1, 1, 2],
            [[[0, 1], [2, 2], [1, 1]], [[3, 1], [3, 1], [0, 0]]],
            [[1, 7], [5, 0]],
        )
    ]
)

GROUPS = {
    "hashes": HASHES,
    "crosses": CROSSES,
    "lookups": LOOKUPS,
    "vectors": VECTORS,
    "numeric": NUMERIC,
}

#: Tables for `FeatureSpace`, and what it is to make of them: a column's kind, or the method of that
#: name with its arguments; a cross is a list of names, or these with the method's arguments.
TABLE = {
    "age": [round(_rng.uniform(1, 90), 2) for _ in range(100)],
    "pay": [round(_rng.gauss(30, 9), 2) for _ in range(100)],
    "city": [_rng.choice(["Seoul", "Ulsan", "부산", "Jeju"]) for _ in range(100)],
    "code": [_rng.choice([3, 5, 8, 13]) for _ in range(100)],
}
NEW_TABLE = {
    "age": [0.5, 33.0, 99.0],
    "pay": [10.0, 30.0, 50.0],
    "city": ["Jeju", "부산", "?"],
    "code": [13, 4, 3],
}
SPACES = [
    (
        {
            "age": "float",
            "pay": "float_normalized",
            "city": "string_categorical",
            "code": "integer_categorical",
        },
        [["city", "code"]],
        {},
    ),
    (
        {
            "age": "float_discretized",
            "pay": ["float_rescaled", {"scale": 0.1, "offset": -3.0}],
            "city": "string_hashed",
            "code": "integer_hashed",
        },
        [["city", "code"]],
        {"crossing_dim": 7, "hashing_dim": 5, "num_discretization_bins": 4},
    ),
    (
        {
            "age": ["float_discretized", {"num_bins": 5}],
            "pay": ["float_discretized", {"num_bins": 9}],
            "city": ["string_categorical", {"max_tokens": 3, "num_oov_indices": 1}],
            "code": ["integer_categorical", {"num_oov_indices": 2}],
        },
        [["city", "code"], {"feature_names": ["city", "age"], "crossing_dim": 6}],
        {},
    ),
    (
        {
            "age": "float",
            "city": ["string_categorical", {"output_mode": "int"}],
            "code": ["integer_hashed", {"num_bins": 6, "output_mode": "int"}],
        },
        [{"feature_names": ["city", "code"], "crossing_dim": 16, "output_mode": "int"}],
        {"output_mode": "dict"},
    ),
]
