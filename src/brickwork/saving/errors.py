"""Errors about files and their contents."""

from __future__ import annotations


class FileError(ValueError):
    """Base class of the errors about the contents of a file.

    >>> issubclass(DamagedFile, FileError) and issubclass(FileError, ValueError)
    True
    """


class NotAModelFile(FileError):
    """The file does not have the expected format.

    >>> issubclass(NotAModelFile, FileError)
    True
    """


class NewerFile(FileError):
    """The file was written by a later version, in a way that this version cannot read.

    >>> issubclass(NewerFile, FileError)
    True
    """


class DamagedFile(FileError):
    """The file is truncated, altered, or contradicts itself; the message says where.

    >>> issubclass(DamagedFile, FileError)
    True
    """


class MismatchedFile(FileError):
    """The file is valid, but holds the weights of another model.

    >>> issubclass(MismatchedFile, FileError)
    True
    """


class NoFile(FileNotFoundError, ValueError):
    """There is no such file: Python's error for that, and the one that Keras raises.

    >>> issubclass(NoFile, FileNotFoundError) and issubclass(NoFile, ValueError)
    True
    """
