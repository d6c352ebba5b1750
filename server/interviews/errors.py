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


class NotOver(Rejected):
    """It is for after the interview."""

    code = "not_over"


class ReviewAsked(Rejected):
    """A person has been asked for often enough."""

    code = "review_asked"


class NotExplained(Rejected):
    """The organisation explains what was found in its own way."""

    status = 403
    code = "not_explained"


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


class FloorHeld(Rejected):
    """A person has the floor."""

    code = "floor_held"


class FloorNotHeld(Rejected):
    """The sender does not have the floor."""

    code = "floor_not_held"


class NotWatching(Rejected):
    """Who steps in, sees or hears the candidate watches the interview over a socket first: the candidate is told."""

    code = "not_watching"


class InterviewIsPaused(Rejected):
    code = "paused"


class DirectivesFull(Rejected):
    """As many directives wait as may wait."""

    code = "directives_full"


class DirectiveUnknown(Rejected):
    """It was never given, or is applied or withdrawn already."""

    code = "directive_unknown"


class DirectiveEmpty(Rejected):
    code = "directive_empty"


class VerbatimNeeded(Rejected):
    """A whole question is read as it stands, and only when that is asked for."""

    code = "verbatim_needed"


class OtherLanguage(Rejected):
    """The words are not in the interview's language."""

    code = "other_language"


class ProtectedTopic(Rejected):
    """`detail` quotes the words. It can be asked all the same, with a reason that is kept."""

    code = "protected_topic"


class UndoTooLate(Rejected):
    code = "undo_too_late"


class CloseNotAnnounced(Rejected):
    code = "close_not_announced"


class ChatFull(Rejected):
    code = "chat_full"


class HelpAsked(Rejected):
    """A person has been asked for often enough."""

    code = "help_asked"


class AlertUnknown(Rejected):
    """There is no such alert at this moment."""

    code = "alert_unknown"


class NotAborted(Rejected):
    """Only an interview that broke off can be taken up again."""

    code = "not_aborted"
