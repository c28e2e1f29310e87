"""Tokens of a vocabulary as numeric arrays, for files, and back."""

from __future__ import annotations

import numpy as np

from ...errors import ArgumentError


def arrays_of(tokens: list, kind: str) -> dict[str, np.ndarray]:
    """Tokens as arrays: integers ("int64") unchanged; strings as UTF-8 bytes, and their ends.

    >>> {name: array.tolist() for name, array in arrays_of([b"a", b"bc"], "string").items()}
    {'tokens': [97, 98, 99], 'ends': [1, 3]}
    """
    if kind == "int64":
        return {"tokens": np.array(tokens, np.int64)}
    return {
        "tokens": np.frombuffer(b"".join(tokens), np.uint8),
        "ends": np.cumsum([len(token) for token in tokens]),
    }


def tokens_in(state: dict[str, np.ndarray], what: str) -> list:
    """The inverse of `arrays_of`.

    Args:
        state: dict of the arrays.
        what: the name of the layer's method, for error messages.

    Raises:
        ArgumentError: for arrays that contradict each other.
    """
    tokens, ends = state["tokens"], state.get("ends")
    kind = np.dtype(np.int64 if ends is None else np.uint8)
    if tokens.dtype != kind or tokens.ndim != 1:
        raise ArgumentError(
            what,
            f"got tokens of {tokens.dtype} and shape {tokens.shape}, expected a vector of {kind}.",
        )
    if ends is None:
        return tokens.tolist()
    begins = np.concatenate([[0], ends[:-1]]) if ends.ndim == 1 else ends
    if (
        ends.dtype != np.int64
        or ends.ndim != 1
        or (begins > ends).any()
        or (begins[:1] > 0).any()
        or (ends[-1:] != len(tokens)).any()
    ):
        raise ArgumentError(
            what,
            f"got ends of {ends.dtype} and shape {ends.shape} that do "
            f"not rise to the {len(tokens)} bytes of the tokens.",
        )
    whole = tokens.tobytes()
    parts = [whole[a:b] for a, b in zip(begins.tolist(), ends.tolist(), strict=True)]
    for part in parts:
        try:
            part.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ArgumentError(what, f"got a token that is not UTF-8: {error}.") from None
    return parts
