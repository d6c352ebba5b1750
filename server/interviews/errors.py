"""Refusals that come from the course of an interview."""

from __future__ import annotations

from server.errors import InterviewError


class Rejected(InterviewError):
    """The state of the interview does not allow the command."""

    status = 409
    code = "rejected"


class NotLive(Rejected):
    code = "not_live"


class AlreadyStarted(Rejected):
    code = "already_started"


class ConsentRequired(Rejected):
    code = "consent_required"


class ConsentTextUnknown(Rejected):
    code = "consent_text_unknown"


class TurnOver(Rejected):
    """The command names a turn that is not the open one."""

    code = "turn_over"


class LanguageNotOffered(Rejected):
    code = "language_not_offered"


class RecogniserBusy(InterviewError):
    """Too many speak at this moment for another interview to begin. Those that have begun go on."""

    status = 503
    code = "asr_busy"
    retryable = True


class InterviewStopping(InterviewError):
    """The process is going down; the same command will be taken by the next one."""

    status = 503
    code = "stopping"
    retryable = True
