"""``brickwork run``: run a script with ``keras`` meaning brickwork."""

from __future__ import annotations

from ..dialects.run import run_script
from ..errors import ArgumentError, shown
from .models import CONFIG, FILES


def run_command(given) -> int:
    """Run the script and return its exit status.

    Raises:
        ArgumentError: for a model's file, which is not a script.
    """
    if given.script.endswith((*FILES, CONFIG)):
        raise ArgumentError(
            "script",
            f"got {shown(given.script)}, a model's file, expected a "
            "Python file. To look at a model: brickwork summary "
            f"{given.script}, or brickwork draw {given.script}",
        )
    return run_script(given.script, given.arguments)
