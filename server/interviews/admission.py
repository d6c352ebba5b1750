"""Whether an interview can begin to be spoken now. Who has begun to speak is heard to the end."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import structlog

from media.transcription.condition import Admission
from server.interviews.errors import RecogniserBusy
from server.interviews.state import InterviewState
from server.protocol.events import FormChanged, InterviewStarted

log = structlog.get_logger(__name__)

Admits = Callable[[], Admission]


def admit_all() -> Admission:
    return Admission(True, 0.0)


def admit(state: InterviewState, decided: Sequence[object], admits: Admits) -> None:
    """`admits` is asked when what was `decided` makes an interview a spoken one. Raises RecogniserBusy."""
    if any(_begins_to_speak(data) for data in decided):
        admit_voice(state, admits)


def admit_voice(state: InterviewState, admits: Admits) -> None:
    """Before a voice is listened to. Raises RecogniserBusy."""
    if state.voiced:
        return
    admission = admits()
    if not admission.ok:
        log.warning("interview.put_off", wait_s=round(admission.wait_s, 1))
        raise RecogniserBusy(f"too many speak at this moment; try again in {math.ceil(admission.wait_s)} s")


def _begins_to_speak(data: object) -> bool:
    match data:
        case InterviewStarted(text_only=text_only):
            return not text_only
        case FormChanged(form=form):
            return form == "voice"
        case _:
            return False
