"""Errors about the contents of files. For a missing file Python's `FileNotFoundError` is raised."""

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
