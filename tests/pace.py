"""How slow this machine is. Limits in seconds hold for a machine of today; an emulator says by the
environment how many times as long it takes for the same."""

import os

SLOWER = float(os.environ.get("BRICKWORK_SLOWER", "1"))
