"""What a candidate may see of an interview. An allow-list: a message type that is in no table is not shown."""

from __future__ import annotations

from dataclasses import replace

from server.protocol import events, signals

_AS_IT_IS: frozenset[type] = frozenset(
    {
        events.LanguageChosen,
        events.ConsentGiven,
        events.DeviceChecked,
        events.InterviewStarted,
        events.RecogniserSelected,
        events.StageEntered,
        events.QuestionPresented,
        events.NudgeGiven,
        events.MomentGranted,
        events.FormChanged,
        events.SegmentTranscribed,
        events.SegmentFailed,
        events.SegmentDeferred,
        events.AnswerClosing,
        events.AnswerDrafted,
        events.AnswerCompleted,
        events.AnswerRevised,
        events.AsrDegraded,
        events.LanguageDoubted,
        events.InterviewClosing,
        events.InterviewCompleted,
        events.InterviewAborted,
        events.CandidateConnected,
        events.CandidateDisconnected,
        events.ServerRestarted,
        events.MediaConnected,
        events.MediaInterrupted,
        events.MediaRecovered,
        events.ConnectionChanged,
        events.QualityProfileChanged,
        events.RecordingOpened,
        events.RecordingClosed,
        signals.SessionWelcomed,
        signals.SessionPong,
        signals.SessionCaughtUp,
        signals.CommandAccepted,
        signals.CommandRejected,
        signals.CaptionUpdated,
        signals.SpeechChanged,
        signals.LevelMeasured,
        signals.QualityMeasured,
        signals.AudioOpened,
    }
)

HIDDEN: frozenset[type] = frozenset(
    {
        events.InterviewCreated,  # carries every question to come, and the competencies behind them
        events.InviteIssued,
        events.InviteRedeemed,
        events.AnswerAssessed,
        events.ScoreUpdated,
        signals.BoardSnapshot,
        signals.BoardCardChanged,
    }
)
"""Named so that a test can tell a decision from an omission."""


def visible_to_candidate(data: object) -> object | None:
    """`data` with what is not the candidate's left out; None when all of it is not."""
    match data:
        case events.QuestionAsked():
            return replace(data, why=None)
        case events.ObserverJoined() | events.ObserverLeft():
            return replace(data, user_id="")
        case events.MediaFaulted():
            return replace(data, detail="")
        case _:
            return data if type(data) in _AS_IT_IS else None
