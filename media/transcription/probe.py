"""Whether it is the recogniser that fails, or what it was asked: it is asked for something that any can do."""

from __future__ import annotations

from media.errors import RecogniserUnavailable, TranscriptionError, TranscriptionTimedOut
from media.transcription.ports import Recogniser
from media.transcription.scheduling.health import make_trial
from media.types import LanguageCode

PROBE_STREAM = "probe"
DEADLINE_S = 30.0


async def works(recogniser: Recogniser, language: LanguageCode) -> bool:
    """Whatever it makes of some noise will do. Raises RecogniserUnavailable, TranscriptionTimedOut."""
    try:
        await recogniser.transcribe(PROBE_STREAM, make_trial(language), due_s=0.0, deadline_s=DEADLINE_S)
    except (RecogniserUnavailable, TranscriptionTimedOut):
        raise
    except TranscriptionError:
        return False
    return True
