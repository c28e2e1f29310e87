"""Files that h5py writes, in every form that HDF5 has for arrays and texts, read as h5py reads."""

import io

import h5py
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from brickwork.saving.keras.hdf5_reader import Reader
from brickwork.saving.keras.hdf5_source import Bytes, Refused

DTYPES = [
    order + kind
    for kind in ("f2", "f4", "f8", "i2", "i4", "i8", "u2", "u4", "u8")
    for order in "<>"
] + ["i1", "u1", "?"]
#: Forms of files; newer ones keep many links and attributes in heaps and trees of another kind.
FORMS = ["earliest", "v108", "latest", "ordered"]


def opened(data: bytes, most: int = 2**30) -> Reader:
    return Reader(Bytes(io.BytesIO(data), 0, len(data)), most)


def written(make, libver="earliest") -> bytes:
    target = io.BytesIO()
    options = {"track_order": True} if libver == "ordered" else {"libver": libver}
    with h5py.File(target, "w", **options) as file:
        make(file)
    return target.getvalue()


def same(data: bytes, reader: Reader) -> None:
    """Compare all that h5py finds with what we read."""
    found = {}
    with h5py.File(io.BytesIO(data)) as file:
        file.visititems(
            lambda name, item: found.update(
                {name: item[()]} if isinstance(item, h5py.Dataset) else {}
            )
        )
    assert found.keys() == reader.arrays.keys()
    for path, value in found.items():
        array, value = reader.read(path), np.asarray(value)
        assert array.shape == value.shape == reader.arrays[path][0]
        assert array.dtype.str.replace("|", "") in (reader.arrays[path][1], "b1", "i1", "u1")
        assert array.dtype == value.dtype.newbyteorder("<"), path
        np.testing.assert_array_equal(array, value, strict=False)


@st.composite
def arrays(draw):
    shape = tuple(draw(st.lists(st.integers(0, 9), max_size=3)))
    dtype = draw(st.sampled_from(DTYPES))
    values = np.random.default_rng(draw(st.integers(0, 99))).integers(0, 100, shape)
    options = {}
    if shape and 0 not in shape and draw(st.booleans()):
        options = {
            "chunks": tuple(draw(st.integers(1, n)) for n in shape),
            "compression": draw(st.sampled_from([None, "gzip"])),
            "shuffle": draw(st.booleans()),
            "fletcher32": draw(st.booleans()),
        }
    return values.astype(dtype), options


@settings(max_examples=60, deadline=None)
@given(st.lists(arrays(), max_size=12), st.sampled_from(FORMS))
def test_arrays_of_every_kind(made, libver):
    # The index of chunks since 1.10 is refused, by name.
    made = [(array, {} if libver == "latest" else options) for array, options in made]

    def make(file):
        for i, (array, options) in enumerate(made):
            file.create_dataset(f"group{i % 3}/{'one' * i}/{i}", data=array, **options)

    data = written(make, libver)
    same(data, opened(data))


TEXT = st.text(st.characters(min_codepoint=1, codec="utf-8"), max_size=40)
NAMES = [
    "model_config",
    "training_config",
    "keras_version",
    "backend",
    "name",
    "dtype",
    *(f"weight_names{i}" for i in range(6)),
    *(f"layer_names{i}" for i in range(6)),
]


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from(NAMES), st.one_of(TEXT, st.lists(TEXT, max_size=5))),
    st.sampled_from(["bytes", "fixed", "str", "space"]),
    st.sampled_from(FORMS),
    st.integers(0, 12),
)
def test_texts_of_every_kind(texts, way, libver, others):
    def stored(value):
        several = isinstance(value, list)
        plain = [text.encode() for text in (value if several else [value])]
        if way == "str":
            made = np.array([text.decode() for text in plain], h5py.string_dtype())
        elif way == "bytes":
            made = np.array(plain, h5py.string_dtype("ascii"))
        else:
            made = np.array(plain, f"S{max([1, *map(len, plain)])}")
        return (made if several else made[0]) if value != [] else np.zeros(0)

    def make(file):
        group = file.create_group("a/b")
        for i in range(others):
            group.attrs[f"other{i}"] = np.arange(i)
        for name, value in texts.items():
            group.attrs[name] = stored(value)

    reader = opened(written(make, libver))
    assert reader.texts.get("a/b", {}) == texts


@pytest.mark.parametrize("libver", FORMS)
@pytest.mark.parametrize("count", [0, 1, 8, 9, 40, 3000])
def test_groups_of_many_names(count, libver):
    def make(file):
        for i in range(count):
            file.create_group(f"층{i}" * (1 + i % 5)).attrs["name"] = str(i)

    reader = opened(written(make, libver))
    assert reader.texts == {f"층{i}" * (1 + i % 5): {"name": str(i)} for i in range(count)}


@pytest.mark.parametrize("libver", ["v108", "latest", "ordered"])
@pytest.mark.parametrize("length", [10, 4000, 70_000])
def test_attributes_too_many_for_a_header(length, libver):
    """They are in a heap, large ones separately."""

    def make(file):
        for i in range(300):
            file.attrs[f"weight_names{i}"] = np.array([b"x" * length, str(i).encode()])

    if length == 70_000:
        with pytest.raises(Refused, match="texts are longer"):
            opened(written(make, libver))
    else:
        assert opened(written(make, libver)).texts[""] == {
            f"weight_names{i}": ["x" * length, str(i)] for i in range(300)
        }


def test_long_texts_and_lists():
    config = "설정" * 300_000
    names = [f"layer_{i}/kernel:0".encode() for i in range(3500)]

    def make(file):
        file.attrs["model_config"] = config
        file.attrs["layer_names"] = np.array(names, h5py.string_dtype("ascii"))

    for libver in FORMS:
        said = opened(written(make, libver)).texts[""]
        assert said == {"model_config": config, "layer_names": [n.decode() for n in names]}


def test_the_second_form_of_a_file_s_begin():
    """It has one number more, for which h5py has no option."""
    data = bytearray(written(lambda file: file.create_dataset("a", data=np.arange(5))))
    data[28:80] = data[24:76]
    data[8] = 1
    np.testing.assert_array_equal(opened(bytes(data)).read("a"), np.arange(5))
