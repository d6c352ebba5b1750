"""What a scheduler can be told. Times in seconds; the figures are for a CPU with a core for each engine thread."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class CadenceSettings:
    """Additive decrease, multiplicative increase of the interval between a stream's partials."""

    least_s: float = 0.5
    most_s: float = 3.0
    slow_above_s: float = 0.25
    """95th percentile of the partials' waits."""
    hasten_below_s: float = 0.08
    slow_all_above_s: float = 0.5
    slower: float = 1.5
    faster: float = 0.9
    adjust_every_s: float = 1.0
    times_service: float = 2.0
    """A stream asks no sooner again than so many times what its last partial took to decode."""
    share: float = 0.3
    """Of the engine's threads, for the partials of all who speak: the more there are, the longer they wait before they
    ask again, before any has waited for it. The rest is for finals, and for the many that come at once."""
    speaking_s: float = 4.0
    """Whose last partial is older does not speak."""


@dataclass(frozen=True, slots=True)
class LadderSettings:
    """Between `high` and `low` nothing changes."""

    final_high_s: float = 0.5
    final_low_s: float = 0.2
    partial_high_s: float = 0.6
    partial_low_s: float = 0.25
    up_after_s: float = 2.0
    partials_up_after_s: float = 5.0
    """When partials alone are late: the cadence, which costs least, gets its chance first."""
    down_after_s: float = 10.0
    """Doubled, up to `down_after_most_s`, each time the strain is back as soon as a level was given back."""
    down_after_most_s: float = 120.0


@dataclass(frozen=True, slots=True)
class AdmissionSettings:
    burst: int = 4
    """So many for each engine thread may begin at once, and then one every `one_each_s` for each: the load of an
    interview comes some seconds after it, so that a crowd is there before any final waits."""
    free_below_s: float = 0.3
    """Wait of finals, 95th percentile: above it no burst, and one every `one_each_s` for all threads together."""
    refuse_above_s: float = 0.8
    one_each_s: float = 5.0


@dataclass(frozen=True, slots=True)
class SchedulingSettings:
    batch_limit: int = 4
    """Decoded in one call."""
    prepare_threads: int = 1
    final_due_s: float = 0.8
    """When the text of a final is wanted, unless its caller says so; counted from when it is asked for."""
    final_deadline_s: float = 60.0
    partial_deadline_s: float = 10.0
    stuck_after_s: float = 120.0
    """A call that takes longer is given up, and its thread with it."""
    replacements: int = 4
    """Of threads that were given up, in the life of the process: each may go on using a core."""
    final_wait_target_s: float = 0.3
    """Only while finals wait no longer (95th percentile) is a part of the time kept for partials."""
    partials_after: int = 3
    """So many calls for finals in a row, and the next is for partials if any waits."""
    doubt_after: int = 3
    """So many requests in a row that failed without a text in between, and the engine is tried out."""
    try_again_s: float = 5.0
    """How long after it failed at that, too."""
    look_every_s: float = 0.25
    final_horizon_s: float = 10.0
    partial_horizon_s: float = 3.0
    """How far back waits are looked at: what was done about a long wait has to show before more is done."""
    cadence: CadenceSettings = field(default_factory=CadenceSettings)
    ladder: LadderSettings = field(default_factory=LadderSettings)
    admission: AdmissionSettings = field(default_factory=AdmissionSettings)


def suit(device: Literal["cpu", "cuda"]) -> SchedulingSettings:
    """A GPU decodes sixteen in little more time than one, and is kept waiting by features that are made on one core."""
    return SchedulingSettings() if device == "cpu" else SchedulingSettings(batch_limit=16, prepare_threads=4)
