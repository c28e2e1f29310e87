"""What can be wrong with a file, told apart; a file that is not there is Python's own
`FileNotFoundError`."""

from __future__ import annotations


class FileError(ValueError):
    """Base class of the errors about the contents of a file.

    >>> issubclass(DamagedFile, FileError) and issubclass(FileError, ValueError)
    True
    """


class NotAModelFile(FileError):
    """The file is not of the format that it was taken for.

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
    """A good file, but of another model than the one that is to take its weights.

    >>> issubclass(MismatchedFile, FileError)
    True
    """
