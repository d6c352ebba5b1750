"""Whether an interview can begin now. Only a beginning can be put off: who has begun is heard to the end."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import structlog

from media.transcription.condition import Admission
from server.interviews.errors import RecogniserBusy
from server.protocol.events import InterviewStarted

log = structlog.get_logger(__name__)

Admits = Callable[[], Admission]


def admit_all() -> Admission:
    return Admission(True, 0.0)


def admit(decided: Sequence[object], admits: Admits) -> None:
    """`admits` is asked when these events begin an interview that will be spoken. Raises RecogniserBusy."""
    if not any(isinstance(data, InterviewStarted) and not data.text_only for data in decided):
        return
    admission = admits()
    if not admission.ok:
        log.warning("interview.put_off", wait_s=round(admission.wait_s, 1))
        raise RecogniserBusy(f"too many speak at this moment; try again in {math.ceil(admission.wait_s)} s")
