"""Folders of texts as data sets: a folder for each class, a file for each text."""

from __future__ import annotations

import os
from collections.abc import Sequence
from os import PathLike
from typing import Any

import numpy as np

from ..errors import ArgumentError, shown
from ..fields import field
from ..random import draw_seed
from .arrays import to_categorical
from .streams import PyDataset

_OWNER = "text_dataset_from_directory"


class Texts(PyDataset):
    """Batches of the contents of files, streams by `text_dataset_from_directory`.

    Attributes:
        file_paths: paths of the files, in the order of the batches.
        class_names: names of the classes, by index; None without labels.
    """

    def __init__(
        self,
        file_paths: list[str],
        labels: np.ndarray | None,
        class_names: list[str] | None,
        batch_size: int | None,
        max_length: int | None,
        shuffle_seed: int | None,
    ):
        super().__init__()
        self.file_paths, self.labels, self.class_names = file_paths, labels, class_names
        self.batch_size, self.max_length = batch_size, max_length
        self._shuffle_seed = shuffle_seed
        self.set_state({"passes": 0})

    def __len__(self) -> int:
        return -(-len(self.file_paths) // (self.batch_size or 1))

    def __getitem__(self, index: int) -> Any:
        if not 0 <= index < len(self):
            raise IndexError(f"got batch {index}, expected 0 to {len(self) - 1}.")
        if self.batch_size is None:
            row = self._order[index]
            texts = self._text(row)
        else:
            row = self._order[index * self.batch_size : (index + 1) * self.batch_size]
            texts = np.array([self._text(i) for i in row], object)
        return texts if self.labels is None else (texts, self.labels[row])

    def on_epoch_end(self) -> None:
        """Draw the order of the next epoch, if the texts are shuffled."""
        self.set_state({"passes": self._passes + 1})

    def get_state(self) -> dict[str, int]:
        """The number of passes, from which a resumed training gets the order of the texts."""
        return {"passes": self._passes}

    def set_state(self, state: dict[str, int]) -> None:
        """Restore what `get_state` has returned; the first pass is in the order of `file_paths`."""
        self._passes = int(state["passes"])
        self._order = np.arange(len(self.file_paths))
        if self._passes and self._shuffle_seed is not None:
            np.random.default_rng((self._shuffle_seed, self._passes)).shuffle(self._order)

    def _text(self, row: int) -> str:
        path = self.file_paths[row]
        with open(path, "rb") as file:
            held = file.read(-1 if self.max_length is None else self.max_length)
        try:
            return held.decode()
        except UnicodeDecodeError as error:
            # A character that max_length cuts in the middle is left out.
            if self.max_length is not None and error.reason == "unexpected end of data":
                return held[: error.start].decode()
            raise ValueError(
                f"{path}: got bytes that are not UTF-8 ({error}), expected text. "
                "Save the file as UTF-8."
            ) from None


def text_dataset_from_directory(
    directory: str | PathLike[str],
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Sequence[str] | None = None,
    batch_size: int | None = 32,
    max_length: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    format: Any = "tf",
    verbose: bool = True,
) -> Any:
    """Read the ``.txt`` files of a folder batch by batch, as a stream for `fit`.

    Args:
        directory: a folder with a folder for each class, with files in it or deeper.
        labels: "inferred" from the folders; a list with an integer for each file, in the order of
            their paths; or None for texts without labels, all those below `directory`.
        label_mode: "int" for shape (batch,), "binary" for (batch, 1), "categorical" for
            (batch, classes), or None.
        class_names: folders of the classes, in the order of their indices; by default all folders,
            sorted.
        batch_size: texts of a batch; None returns them one by one.
        max_length: bytes that are read of each text; None reads all.
        shuffle: whether the texts are shuffled, anew in each epoch; a validation part is not
            shuffled again.
        seed: seed of the shuffle, an integer; needed to split shuffled files.
        validation_split: fraction of the files for validation, taken from the end.
        subset: "training", "validation", or "both".
        follow_links: whether links to folders are followed; links to files are read.
        format: accepted as in Keras.
        verbose: whether to print the numbers of files and classes.

    Returns:
        Texts: the stream; for "both" a list of two.

    Raises:
        ValueError: for arguments that contradict each other, or if no text is found.

    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for kind, text in (("bad", "dull"), ("good", "a joy")):
    ...         pathlib.Path(folder, kind).mkdir()
    ...         _ = pathlib.Path(folder, kind, "1.txt").write_text(text)
    ...     texts = text_dataset_from_directory(folder, shuffle=False)
    ...     texts.class_names, texts[0]
    Found 2 files belonging to 2 classes.
    (['bad', 'good'], (array(['dull', 'a joy'], dtype=object), array([0, 1], dtype=int32)))
    """
    _check(labels, label_mode, class_names, validation_split, subset, shuffle, seed, format)
    for name, value in (("batch_size", batch_size), ("max_length", max_length)):
        field(default=None, kind="int", ge=1).accept(_OWNER, name, value)
    if labels is None or label_mode is None:
        labels = label_mode = None
    directory = os.fspath(directory)
    seed = draw_seed() if seed is None else seed
    paths, numbers, names = _find_files(directory, labels, class_names, follow_links)
    if verbose:
        print(
            f"Found {len(paths)} files"
            + ("." if names is None else f" belonging to {len(names)} classes.")
        )
    if label_mode == "binary" and len(names) != 2:
        raise ArgumentError(
            f"{_OWNER}.label_mode",
            f"got 'binary', and {len(names)} classes ({shown(names)}), expected two.",
        )
    if shuffle:
        order = np.arange(len(paths))
        np.random.RandomState(seed).shuffle(order)  # Keras's order, so that splits are the same
        paths = [paths[i] for i in order]
        numbers = None if numbers is None else numbers[order]
    if numbers is not None and label_mode != "int":
        numbers = (
            numbers[:, None].astype("float32")
            if label_mode == "binary"
            else to_categorical(numbers, len(names)).astype("float32")
        )
    held_out = int((validation_split or 0) * len(paths))
    cut = len(paths) - held_out
    parts = {None: slice(None), "training": slice(cut), "validation": slice(cut, None)}
    streams = []
    for part in ("training", "validation") if subset == "both" else (subset,):
        rows = parts[part]
        if verbose and part is not None:
            print(f"Using {len(paths[rows])} files for {part}.")
        if not paths[rows]:
            raise ArgumentError(
                f"{_OWNER}.directory",
                f"got {directory!r} with {len(paths)} .txt "
                f"files, expected {'one' if part is None else f'more for {part}'}.",
            )
        again = shuffle and not (subset == "both" and part == "validation")
        streams.append(
            Texts(
                paths[rows],
                None if numbers is None else numbers[rows],
                names,
                batch_size,
                max_length,
                seed if again else None,
            )
        )
    return streams if subset == "both" else streams[0]


def _check(labels, label_mode, class_names, validation_split, subset, shuffle, seed, format):
    """Raise an error for invalid arguments, or for arguments that contradict each other."""

    def refuse(name: str, value, expected: str):
        raise ArgumentError(f"{_OWNER}.{name}", f"got {shown(value)}, expected {expected}.")

    if not (
        labels is None
        or (isinstance(labels, str) and labels == "inferred")
        or isinstance(labels, list | tuple)
    ):
        refuse("labels", labels, "'inferred', None, or a list with an integer for each file")
    if label_mode not in ("int", "categorical", "binary", None):
        refuse("label_mode", label_mode, "'int', 'categorical', 'binary' or None")
    if class_names is not None and (labels != "inferred" or label_mode is None):
        refuse("class_names", class_names, "None where labels are not inferred")
    if format not in ("tf", "grain"):
        refuse("format", format, "'tf' or 'grain', which mean the same here")
    if subset not in ("training", "validation", "both", None):
        refuse("subset", subset, "'training', 'validation', 'both' or None")
    field(None, kind="float", ge=0, lt=1).accept(_OWNER, "validation_split", validation_split)
    if bool(validation_split) != bool(subset):
        refuse(
            "subset",
            subset,
            f"a part for validation_split={validation_split}: both are needed, or neither",
        )
    if validation_split and shuffle and seed is None:
        refuse(
            "seed",
            seed,
            "an integer, so that the parts for training and validation have no file in common",
        )


def _find_files(directory: str, labels, class_names, follow_links: bool):
    """Paths of the files, the class index of each, and the names of the classes."""
    if labels != "inferred":
        paths = list(_texts(directory, follow_links))
        if labels is None:
            return paths, None, None
        if len(labels) != len(paths):
            raise ArgumentError(
                f"{_OWNER}.labels",
                f"got {len(labels)} labels, expected "
                f"{len(paths)}, one for each .txt file in {directory!r}.",
            )
        return paths, _numbers(labels), [str(label) for label in sorted(set(labels))]
    folders = [
        name
        for name in sorted(os.listdir(directory))
        if not name.startswith(".") and os.path.isdir(os.path.join(directory, name))
    ]
    names = folders if class_names is None else list(class_names)
    if not set(names) <= set(folders):
        raise ArgumentError(
            f"{_OWNER}.class_names",
            f"got {shown(names)}, expected folders of {directory!r}: {shown(folders)}.",
        )
    of = [list(_texts(os.path.join(directory, name), follow_links)) for name in names]
    numbers = np.repeat(np.arange(len(names), dtype="int32"), [len(paths) for paths in of])
    return [path for paths in of for path in paths], numbers, names


def _numbers(labels) -> np.ndarray:
    numbers = np.asarray(labels)
    if numbers.size and numbers.dtype.kind not in "iu":
        raise ArgumentError(f"{_OWNER}.labels", f"got {shown(labels)}, expected integers.")
    return numbers.astype("int32")


def _texts(folder: str, follow_links: bool):
    """The paths of the texts in a folder and its subfolders, sorted by folder and name."""
    for root, _, files in sorted(os.walk(folder, followlinks=follow_links)):
        for name in sorted(files):
            if name.lower().endswith(".txt"):
                yield os.path.join(root, name)
