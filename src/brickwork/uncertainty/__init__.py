"""How sure a prediction is: conformal intervals and sets, calibration, thresholds by costs."""

from typing import TYPE_CHECKING

from ..lazy import loader

_FILES = {
    "calibration": ("Platt", "Temperature", "calibration_error", "reliability"),
    "conformal": ("Intervals", "QuantileIntervals", "Sets"),
    "thresholds": ("Threshold", "cheapest", "pick_threshold"),
}
__all__ = sorted(name for names in _FILES.values() for name in names)

if TYPE_CHECKING:  # what is imported when it is first accessed
    from .calibration import (
        Platt as Platt,
        Temperature as Temperature,
        calibration_error as calibration_error,
        reliability as reliability,
    )
    from .conformal import (
        Intervals as Intervals,
        QuantileIntervals as QuantileIntervals,
        Sets as Sets,
    )
    from .thresholds import (
        Threshold as Threshold,
        cheapest as cheapest,
        pick_threshold as pick_threshold,
    )
else:
    __getattr__ = loader(__name__, _FILES)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
