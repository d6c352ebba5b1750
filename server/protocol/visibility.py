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
        events.QuestionWithdrawn,
        events.InterviewerYielded,
        events.TimeWarned,
        events.TimeExtended,
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
        events.ReviewRequested,
        events.HelpRequested,
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
        events.OpinionGiven,
        events.VoiceConnected,  # that somebody could speak is not that they do
        events.VoiceEnded,
        events.DirectiveGiven,  # what is whispered to the interviewer
        events.DirectiveApplied,
        events.DirectiveWithdrawn,
        events.CloseAnnounced,  # it can still be taken back
        events.CloseCancelled,
        events.AlertRaised,
        events.AlertAcknowledged,
        events.AlertCleared,
        signals.VoiceReach,
        signals.EvidenceGathered,
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
        case events.ObserverJoined():
            return replace(data, user_id="", name="")
        case events.ObserverLeft():
            return replace(data, user_id="")
        case events.ChatSent() | events.ChatSeen():
            return replace(data, user_id="") if data.channel == "candidate" else None
        case events.FloorTaken() | events.FloorChanged() | events.FloorHandedBack() | events.HelpAcknowledged():
            return replace(data, user_id="")  # by their name they were announced
        case events.InterviewPaused() | events.InterviewResumed() | events.QuestionSkipped() | events.TimeGranted():
            return replace(data, user_id="", name="")
        case events.InterviewReopened():
            return replace(data, user_id="", name="", reason="")
        case events.VoiceTranscribed() | events.VoiceUntranscribed() | signals.VoiceCaptioned() | signals.VoiceHeard():
            return replace(data, user_id="")
        case events.MediaFaulted():
            return replace(data, detail="")
        case _:
            return data if type(data) in _AS_IT_IS else None
