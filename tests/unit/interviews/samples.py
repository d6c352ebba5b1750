"""A short flow, a mind, and a hand to drive `decide` and `evolve` with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from realtime_scoring.engine import ScoringEngine
from server.interviews.decide import decide
from server.interviews.evolve import evolve
from server.interviews.intents import Connect, Record
from server.interviews.mind import ConsentVersion, Mind
from server.interviews.state import InterviewState
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.envelope import decode_event_data, encode_data
from server.protocol.events import EVENTS
from server.protocol.flow import Flow

RECORDING_HASH, SCORING_HASH = "1" * 64, "2" * 64
ZERO = datetime(2030, 1, 1, 9, 0, tzinfo=UTC)

FLOW = Flow.model_validate(
    {
        "id": "short",
        "version": 1,
        "title": {"en": "Short", "zh-CN": "简短"},
        "languages": ["en", "zh-CN"],
        "closing": {"en": "Thank you. You will hear within 24 hours.", "zh-CN": "谢谢。24 小时内给您结果。"},
        "stages": [
            {
                "id": "identity",
                "title": {"en": "Identity", "zh-CN": "身份"},
                "form": "text",
                "questions": [
                    {
                        "id": "identity",
                        "kind": "identity",
                        "text": {"en": "Please type your name.", "zh-CN": "请输入姓名。"},
                        "suggested_s": 20,
                        "limit_s": 60,
                    }
                ],
            },
            {
                "id": "situation",
                "title": {"en": "Situation", "zh-CN": "情景"},
                "form": "voice",
                "questions": [
                    {
                        "id": "customer",
                        "kind": "behavioural",
                        "text": {
                            "en": "Tell me about a time when you had to deal with an unhappy customer.",
                            "zh-CN": "请讲一次您处理客户投诉的经历。",
                        },
                        "competencies": ["customer_focus", "communication"],
                        "suggested_s": 60,
                        "limit_s": 120,
                        "follow_ups": 2,
                    },
                    {
                        "id": "teamwork",
                        "kind": "behavioural",
                        "text": {
                            "en": "Tell me about a time when your team had to solve a difficult problem.",
                            "zh-CN": "请讲一次您的团队解决困难问题的经历。",
                        },
                        "competencies": ["teamwork"],
                        "suggested_s": 60,
                        "limit_s": 120,
                        "follow_ups": 1,
                    },
                ],
            },
            {"id": "closing", "title": {"en": "Closing", "zh-CN": "结束"}, "form": "text"},
        ],
    }
)

CREATED = e.InterviewCreated(
    organisation_id="org",
    organisation_name="Example",
    candidate_name="Virtual Candidate",
    job_title="Support engineer",
    language="en",
    flow=FLOW,
    created_by="hr",
)

MIND = Mind(
    engine=ScoringEngine.default(),
    recogniser_name="demo",
    demonstration=True,
    consent_texts={
        RECORDING_HASH: ConsentVersion("recording", "en", "1"),
        SCORING_HASH: ConsentVersion("ai_scoring", "en", "1"),
    },
)


@dataclass
class Hand:
    """Sends commands as the actor does, and keeps the log."""

    state: InterviewState = field(default_factory=lambda: InterviewState("i"))
    log: list[tuple[object, datetime, int]] = field(default_factory=list)
    now_ms: int = 0

    def send(self, command: object) -> list[object]:
        decided = list(decide(self.state, command, self.now_ms, MIND))
        at = ZERO + timedelta(milliseconds=self.now_ms)
        for data in decided:
            self.log.append((data, at, self.now_ms))
            self.state = evolve(self.state, data, at=at, t_ms=self.now_ms)
        return decided

    def replay(self) -> InterviewState:
        """The state as another process would fold it: every event through its wire form."""
        state = InterviewState("i")
        for data, at, t_ms in self.log:
            again = decode_event_data(EVENTS.of(data).name, encode_data(data))
            assert again == data
            state = evolve(state, again, at=at, t_ms=t_ms)
        return state

    def enter_lobby(self) -> None:
        self.send(Record(CREATED))
        self.send(Record(e.InviteRedeemed("invite")))
        self.send(Connect("candidate", "candidate", "socket-1"))

    def start(self, *, scoring: bool = True) -> None:
        self.enter_lobby()
        self.send(c.ConsentGive("recording", True, RECORDING_HASH))
        self.send(c.ConsentGive("ai_scoring", scoring, SCORING_HASH))
        self.send(c.InterviewStart())
        self.send(Record(e.MediaConnected(1, True, True)))

    @property
    def turn_id(self) -> str:
        assert self.state.turn is not None
        return self.state.turn.id
