"""Why no answer of a language model came. None of these reaches a candidate: each has a planned text behind it."""

from __future__ import annotations

from server.errors import InterviewError


class LanguageModelError(InterviewError):
    """`detail` carries no address, no key and nothing of what was sent or answered."""

    code = "llm_failed"
    status = 502
    retryable = True


class TooSlow(LanguageModelError):
    code = "llm_too_slow"


class Unreachable(LanguageModelError):
    code = "llm_unreachable"


class Busy(LanguageModelError):
    code = "llm_busy"


class NotAccepted(LanguageModelError):
    """The server does not take our request: key, model or address may be wrong."""

    code = "llm_not_accepted"
    retryable = False


class Redirected(LanguageModelError):
    """Only the configured address is spoken to."""

    code = "llm_redirected"
    retryable = False


class ReplyTooLarge(LanguageModelError):
    code = "llm_reply_too_large"


class ReplyUnreadable(LanguageModelError):
    code = "llm_reply_unreadable"


class Declined(LanguageModelError):
    """The model would not answer, or was stopped."""

    code = "llm_declined"


class Resting(LanguageModelError):
    """It failed too often just now; nothing is sent for a while."""

    code = "llm_resting"
