"""`split_dataset` of data sets, and a `Progbar` in a file."""

import numpy as np
import pytest

from brickwork import utils
from brickwork.dialects.pipelines import Dataset
from brickwork.utils import streams

X, Y = np.arange(20).reshape(10, 2), np.arange(10)


@pytest.mark.parametrize("shuffle", [False, True])
def test_a_data_set_is_split_into_two(shuffle):
    left, right = utils.split_dataset(
        Dataset.from_tensor_slices((X, Y)), left_size=0.3, shuffle=shuffle, seed=1
    )
    assert int(left.cardinality()) == 3 and int(right.cardinality()) == 7
    rows = [int(y) for _, y in [*left, *right]]
    assert sorted(rows) == list(range(10)) and (rows == list(range(10))) is not shuffle
    assert [int(y) for _, y in [*left, *right]] == rows  # the same in each pass


def test_one_of_unknown_length_is_refused():
    endless = Dataset.from_tensor_slices(X).repeat()
    with pytest.raises(ValueError, match="whose length is known"):
        utils.split_dataset(endless, left_size=2)


def test_arrays_are_split_into_data_sets_in_scripts_of_keras(monkeypatch):
    left, _ = utils.split_dataset([X, Y], left_size=4)
    assert isinstance(left, list) and left[0].shape == (4, 2)
    monkeypatch.setattr(streams, "_as_rows", None)
    streams.return_rows(Dataset.from_tensor_slices)
    left, right = utils.split_dataset([X, Y], left_size=4)
    assert [np.shape(part) for part in next(iter(left))] == [(2,), ()]
    assert int(right.cardinality()) == 6


def test_a_progress_bar_prints_lines_where_it_cannot_draw_over_them(capsys):
    bar = utils.Progbar(3, interval=0.0)
    bar.update(1, values=[("loss", 3.0)])
    bar.update(2, values=[("loss", [1.0, 1.0])])
    printed = capsys.readouterr().out
    assert "1/3 - loss: 3.0000\n2/3 - loss: 2.0000\n" in printed


def test_a_pydataset_can_be_iterated():
    class Endless(utils.PyDataset):
        def __len__(self):
            return 3

        def __getitem__(self, index):
            return index  # never an IndexError

    assert list(Endless()) == [0, 1, 2] and list(Endless()) == [0, 1, 2]
