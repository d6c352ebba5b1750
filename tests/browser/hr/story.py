"""A recorded interview for HR's pages: real envelopes of the protocol, made here and not by a running server."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from server.protocol.envelope import Envelope
from server.protocol.events import (
    AnswerAssessed,
    AnswerClosing,
    AnswerCompleted,
    CandidateConnected,
    ConnectionChanged,
    ConsentGiven,
    DeviceChecked,
    EvidenceClaim,
    InterviewClosing,
    InterviewCompleted,
    InterviewCreated,
    InterviewStarted,
    InviteIssued,
    InviteRedeemed,
    LanguageChosen,
    LevelReached,
    MediaConnected,
    MomentGranted,
    ObserverJoined,
    QuestionAsked,
    QuestionPresented,
    RecogniserSelected,
    RecordingClosed,
    RecordingOpened,
    ScoreUpdated,
    SegmentTranscribed,
    StageEntered,
    Star,
    Why,
)
from server.protocol.flow import Flow
from server.protocol.signals import (
    BoardCard,
    CaptionUpdated,
    LevelMeasured,
    QualityMeasured,
    SpeechChanged,
)

INTERVIEW = "int_story"
QUOTE = "the system was twice as fast"
# The rocket stands before the quote: two UTF-16 units, one code point.
FIRST_ANSWER = "Hello 🚀 I usually help the team with difficult problems. I like this position."
SECOND_SEGMENTS = (
    "Last year our system 🚀 was slow and customers were angry.",
    "I found the problem in the database and I wrote a new plan.",
    "As a result the system was twice as fast after two weeks.",
)
SECOND_ANSWER = " ".join(SECOND_SEGMENTS)
HOSTILE = "<img src=x onerror=\"document.title='broken'\">"

FLOW = Flow.model_validate(
    {
        "id": "standard",
        "version": 1,
        "title": {"en": "Standard interview", "zh-CN": "标准面试"},
        "languages": ["en", "zh-CN"],
        "closing": {"en": "Thank you.", "zh-CN": "谢谢。"},
        "stages": [
            {
                "id": "introduction",
                "title": {"en": "Self-introduction", "zh-CN": "自我介绍"},
                "form": "video",
                "questions": [
                    {
                        "id": "introduction",
                        "kind": "introduction",
                        "text": {"en": "Please introduce yourself.", "zh-CN": "请做一下自我介绍。"},
                        "competencies": ["communication"],
                        "suggested_s": 120,
                        "limit_s": 180,
                        "follow_ups": 2,
                    }
                ],
            },
            {
                "id": "situation",
                "title": {"en": "Situational questions", "zh-CN": "情景问题"},
                "form": "voice",
                "questions": [
                    {
                        "id": "customer",
                        "kind": "behavioural",
                        "text": {"en": "Tell me about an unhappy customer.", "zh-CN": "请讲一次客户投诉的经历。"},
                        "competencies": ["communication"],
                        "suggested_s": 120,
                        "limit_s": 180,
                        "follow_ups": 2,
                    }
                ],
            },
            {"id": "closing", "title": {"en": "Closing", "zh-CN": "结束"}, "form": "voice"},
        ],
    }
)


def claim(turn_id: str, text: str, quote: str, *, sign: int = 1, indicator: str = "measured_result") -> EvidenceClaim:
    start = text.index(quote)
    return EvidenceClaim(
        "problem_solving", indicator, sign, 1.0, turn_id, quote, start, start + len(quote), 31_000, 33_500, "result"
    )


class Story:
    """Envelopes with a gap-free `seq`, one second apart unless told otherwise."""

    def __init__(self, candidate_name: str = "Lin Example", *, started_seconds_ago: int = 75) -> None:
        self.candidate_name = candidate_name
        self.started_at = datetime.now(UTC) - timedelta(seconds=started_seconds_ago)
        self.events: list[Envelope] = []

    def add(self, data: object, t_ms: int | None = None) -> Envelope:
        at = self.started_at + timedelta(milliseconds=t_ms if t_ms is not None else -60_000)
        seq = len(self.events) + 1
        envelope = Envelope(f"evt_{seq}", seq, INTERVIEW, at.isoformat(), t_ms, data)
        self.events.append(envelope)
        return envelope

    def signal(self, data: object) -> Envelope:
        return Envelope("sig", None, INTERVIEW, datetime.now(UTC).isoformat(), None, data)

    def add_all(self, rows: Iterable[tuple[int | None, object]]) -> None:
        for t_ms, data in rows:
            self.add(data, t_ms)


def begin(story: Story, *, demonstration: bool = True, ai_scoring: bool = True) -> Story:
    """From the invitation to the first answer being spoken."""
    created = InterviewCreated("org", "Acme Works", story.candidate_name, "Software engineer", "en", FLOW, "usr_1")
    story.add_all(
        [
            (None, created),
            (None, InviteIssued("inv_1", "2030-01-01T00:00:00+00:00")),
            (None, InviteRedeemed("inv_1")),
            (None, CandidateConnected("con_1")),
            (None, LanguageChosen("en")),
            (None, ConsentGiven("recording", True, "0" * 64, "1", "en")),
            (None, ConsentGiven("ai_scoring", ai_scoring, "1" * 64, "1", "en")),
            (None, DeviceChecked("ok", "ok", "skipped", 38)),
            (0, InterviewStarted(False, "Hello.")),
            (0, RecogniserSelected("viva-demonstration", demonstration)),
            (0, StageEntered("introduction", 0)),
            (
                10,
                asked("turn_1", "introduction", "introduction", 1, "Please introduce yourself.", remaining_ms=600_000),
            ),
            (400, MediaConnected(1, True, True)),
            (450, RecordingOpened(1, "epoch-1-0.mka", 450)),
            (500, ConnectionChanged("good")),
            (900, ObserverJoined("usr_1", "con_9")),
            (4_000, QuestionPresented("turn_1", True)),
        ]
    )
    return story


def answer(story: Story) -> Story:
    """The first answer, a follow-up with its reason, the answer to it, and what it shows."""
    quote = "I usually help the team with difficult problems"
    start = FIRST_ANSWER.index(quote)
    why = Why(
        "specific_example", "no_event", "turn_1", quote, start, start + len(quote), ("own_part", "result"), "embedded"
    )
    follow_up = asked(
        "turn_2",
        "introduction",
        "introduction",
        1,
        f'You mentioned "{quote}". Can you give one specific example?',
        remaining_ms=540_000,
    )
    story.add_all(
        [
            (15_000, segment("turn_1", "seg_1", 5_000, FIRST_ANSWER)),
            (16_000, AnswerClosing("turn_1", "silence")),
            (16_200, completed("turn_1", FIRST_ANSWER, 11_000)),
            (16_250, AnswerAssessed("turn_1", "introduction", Star(0.2, 0.0, 0.3, 0.0), ("no_event",), ())),
            (16_300, replace(follow_up, asked_as="follow_up", why=why)),
            (20_000, QuestionPresented("turn_2", True)),
            (21_000, MomentGranted("turn_2", 51_000)),
            *(
                (26_000 + 4_000 * n, segment("turn_2", f"seg_2{n}", 22_000 + 4_000 * n, text))
                for n, text in enumerate(SECOND_SEGMENTS)
            ),
            (38_000, AnswerClosing("turn_2", "button")),
            (38_200, completed("turn_2", SECOND_ANSWER, 16_000)),
        ]
    )
    found = LevelReached(
        "problem_solving",
        "Problem solving",
        4,
        "medium",
        "Names an own action with a measured result.",
        (
            claim("turn_2", SECOND_ANSWER, QUOTE),
            claim("turn_1", FIRST_ANSWER, "usually help the team", sign=-1, indicator="gave_up"),
        ),
    )
    missing = LevelReached("communication", "Communication", None, "low", "", ())
    levels = (found, missing)
    story.add_all(
        [
            (38_250, AnswerAssessed("turn_2", "introduction", Star(0.9, 0.3, 1.0, 0.8), (), levels)),
            (38_260, ScoreUpdated(80.0, levels, "1.0", "1.0", "1.0", True)),
            (38_400, StageEntered("situation", 1)),
            (
                38_410,
                asked("turn_3", "customer", "situation", 2, "Tell me about an unhappy customer.", remaining_ms=480_000),
            ),
            (42_000, QuestionPresented("turn_3", True)),
        ]
    )
    return story


def finish(story: Story) -> Story:
    text = "I called the customer the same day."
    story.add_all(
        [
            (52_000, segment("turn_3", "seg_31", 47_000, text)),
            (53_000, completed("turn_3", text, 6_000)),
            (53_100, InterviewClosing("Thank you. You will hear from us.", 24)),
            (53_200, RecordingClosed(1, "epoch-1-0.mka", 52_750, 3_400_000)),
            (53_300, InterviewCompleted(2, 2)),
        ]
    )
    return story


def asked(turn_id: str, question_id: str, stage_id: str, number: int, text: str, *, remaining_ms: int) -> QuestionAsked:
    return QuestionAsked(
        turn_id, question_id, stage_id, number, 2, "main", "voice", text, text, 120_000, 180_000, remaining_ms
    )


def segment(turn_id: str, segment_id: str, start_ms: int, text: str) -> SegmentTranscribed:
    return SegmentTranscribed(turn_id, segment_id, start_ms, start_ms + 3_000, text, 0.93)


def completed(turn_id: str, text: str, duration_ms: int) -> AnswerCompleted:
    hint = "Your answer took 11 seconds, within the suggested time."
    return AnswerCompleted(turn_id, "introduction", text, "silence", duration_ms, "within_time", hint)


def live_signals(story: Story) -> list[Envelope]:
    """What a running answer sends beside the log: speech, caption, three minutes of connection quality."""
    samples = []
    for n in range(90):
        bad = 40 <= n < 52
        samples.append(
            QualityMeasured(
                "poor" if bad else "good",
                0.11 if bad else 0.004 + 0.002 * (n % 3),
                48.0 if bad else 9.0 + n % 4,
                24.0 if bad else 33.0 + n % 2,
                110.0 if bad else 520.0 + 23 * (n % 5),
                640,
                360,
                62 if bad else 38,
                "loss" if bad else None,
                0.02 if bad else 0.0,
                11.0 if bad else 24.0,
                210.0 if bad else 1450.0,
                "bandwidth" if bad else "none",
                "on",
                0.07 if bad else 0.0,
                0.04 if bad else 0.0,
            )
        )
    caption = CaptionUpdated("turn_3", "seg_31", "Last year a customer was", " very angry becau")
    level = LevelMeasured(-24.0, -9.5, False, 22.4)
    return [story.signal(data) for data in (*samples, SpeechChanged(True), level, caption)]


def card(number: int, **changes: object) -> BoardCard:
    base = BoardCard(
        interview=f"int_{number}",
        candidate_name=f"Candidate {number}",
        job_title="Software engineer",
        flow_title="Standard interview",
        phase="live",
        stage_title="Situational questions",
        stage_index=1,
        stages_total=3,
        stage_entered_at=(datetime.now(UTC) - timedelta(seconds=95)).isoformat(),
        alert_after_minutes=10,
        question_number=2,
        questions_total=5,
        candidate_connected=True,
        connection="good",
        speaking=False,
        last_caption="I called the customer the same day.",
        observers=0,
        created_at=f"2026-01-02T03:{number // 60:02d}:{number % 60:02d}+00:00",
    )
    return replace(base, **changes)  # type: ignore[arg-type]
