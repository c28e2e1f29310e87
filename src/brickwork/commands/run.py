"""``brickwork run``: run a script with ``keras`` meaning brickwork."""

from __future__ import annotations

import os
import sys

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
    if os.environ.get("KERAS_DISTRIBUTION_NUM_PROCESSES"):  # as `launch` runs it
        from .. import distribution

        distribution.initialize()
        distribution.set_distribution(distribution.DataParallel())
        status = run_script(given.script, given.arguments)
        try:
            if not status:
                distribution.finish()
        except ValueError as error:  # the others are elsewhere in the script
            print(f"brickwork run: {error}", file=sys.stderr)
            status = 1
        if status:  # at its end JAX would wait for the others, who wait for this one
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
        return status
    return run_script(given.script, given.arguments)
