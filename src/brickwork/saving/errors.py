"""What can be wrong with a file, told apart; a file that is not there is Python's own
`FileNotFoundError`."""

from __future__ import annotations


class FileError(ValueError):
    """Base of the errors about what is in a file.

    >>> issubclass(DamagedFile, FileError) and issubclass(FileError, ValueError)
    True
    """


class NotAModelFile(FileError):
    """The file is something else than it is taken for."""


class NewerFile(FileError):
    """The file was written by a later version, in a way that this one cannot read."""


class DamagedFile(FileError):
    """The file is cut off, altered, or contradicts itself; the message says where."""


class MismatchedFile(FileError):
    """A good file, of another model than the one that is to take it."""
