"""A short interview that answers each command by the book and hears nothing, made of the real wire types."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from starlette.websockets import WebSocket

from server.protocol import commands as c
from server.protocol import console_commands as cc
from server.protocol import events as e
from server.protocol.envelope import Envelope, encode_envelope
from server.protocol.flow import AnswerForm, Language

QUESTIONS: dict[Language, tuple[tuple[AnswerForm, str], ...]] = {
    "en": (
        ("video", "Please introduce yourself in about two minutes."),
        ("voice", "Tell me about a time when you had to solve a hard problem together with other people."),
        ("text", "A shop sells three boxes for the price of two. What does one box cost if ten cost 84?"),
    ),
    "zh-CN": (
        ("video", "请用两分钟左右做一个自我介绍。"),
        ("voice", "请讲一次您与他人一起解决棘手问题的经历。"),
        ("text", "某商店买二送一。如果十盒一共花了 84 元，平均一盒多少钱？"),
    ),
}
CLOSING = {"en": "Thank you for your time. That was the last question.", "zh-CN": "感谢您的时间，面试到此结束。"}
HINTS = {"en": "Your answer took 2 minutes, within the suggested time.", "zh-CN": "您的回答用时 2 分钟，符合建议时长。"}
TEXTS = {
    "recording": {
        "en": ("Recording", "Sound and picture are recorded and kept for 180 days, so that your answers are not lost."),
        "zh-CN": ("录制", "我们会录制声音和画面并保存 180 天，以确保您的回答不会丢失。"),
    },
    "ai_scoring": {
        "en": ("Scoring by software", "Software compares your words with the job's needs, if you agree."),
        "zh-CN": ("软件评分", "软件会将您的回答与岗位要求对照。如不同意，则仅由人工阅读文字。"),
    },
}


@dataclass
class Interview:
    """One invite: its log, its sockets, and what the page has sent."""

    language: Language = "en"
    phase: str = "lobby"
    demonstration: bool = True
    log: list[Envelope] = field(default_factory=list)
    sockets: list[WebSocket] = field(default_factory=list)
    commands: list[object] = field(default_factory=list)
    started_at: float = 0.0
    asked: int = 0
    turn_id: str = ""
    text_only: bool = False
    limit_ms: int = 240_000
    explains: bool = True

    def envelope(self, data: object, seq: int | None = None) -> Envelope:
        t_ms = round((time.monotonic() - self.started_at) * 1000) if self.started_at else None
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        return Envelope(f"env_{len(self.log)}", seq, "itv_1", at, t_ms, data)

    async def tell(self, *data: object) -> None:
        for fact in data:
            self.log.append(self.envelope(fact, len(self.log) + 1))
            await self._send(self.log[-1])

    async def signal(self, data: object) -> None:
        await self._send(self.envelope(data))

    async def _send(self, envelope: Envelope) -> None:
        for socket in self.sockets:
            await socket.send_text(encode_envelope(envelope))

    def ask(self) -> tuple[object, ...]:
        script = QUESTIONS[self.language]
        if self.asked == len(script):
            self.phase = "archived"
            return (e.InterviewClosing(CLOSING[self.language], 24), e.InterviewCompleted(3, 3))
        form, text = script[self.asked]
        left_ms = (len(script) - self.asked) * 150_000
        self.asked += 1
        self.turn_id = f"q{self.asked}-0"
        lead = {"en": "Thank you. ", "zh-CN": "谢谢。"}[self.language] if self.asked > 1 else ""
        return (
            e.StageEntered(f"s{self.asked}", self.asked - 1),
            e.QuestionAsked(
                turn_id=self.turn_id,
                question_id=f"q{self.asked}",
                stage_id=f"s{self.asked}",
                number=self.asked,
                total=len(script),
                asked_as="main",
                form="text" if self.text_only else form,
                text=text,
                spoken_text=lead + text,
                suggested_ms=min(120_000, self.limit_ms),
                limit_ms=self.limit_ms,
                remaining_ms=left_ms,
            ),
        )

    def react(self, command: object) -> tuple[object, ...]:
        match command:
            case c.LanguageChoose(language):
                self.language = language
                return (e.LanguageChosen(language),)
            case c.ConsentGive(kind, granted, text_hash):
                return (e.ConsentGiven(kind, granted, text_hash, "1", self.language),)
            case c.DeviceReport(camera, microphone, speaker, rtt):
                return (e.DeviceChecked(camera, microphone, speaker, rtt),)
            case c.InterviewStart(text_only):
                self.phase, self.started_at, self.text_only = "live", time.monotonic(), text_only
                opening = (e.InterviewStarted(text_only, ""), e.RecogniserSelected("demonstration", self.demonstration))
                return (*opening, *self.ask())
            case c.QuestionPresent(turn_id, spoken):
                return (e.QuestionPresented(turn_id, spoken),)
            case c.MomentRequest(turn_id):
                return (e.MomentGranted(turn_id, round((time.monotonic() - self.started_at) * 1000) + 30_000),)
            case c.QuestionRepeat():
                asked = next(one.data for one in reversed(self.log) if isinstance(one.data, e.QuestionAsked))
                return (replace(asked, asked_as="repeat", spoken_text=asked.text),)
            case c.FormSwitch(turn_id, form):
                return (e.FormChanged(turn_id, form),)
            case c.InterviewEnd():
                self.phase = "aborted"
                return (e.InterviewAborted("candidate_ended", self.asked - 1, 3),)
            case c.ReviewRequest(text):
                return (e.ReviewRequested(text),)
        return self._answer(command)

    def _answer(self, command: object) -> tuple[object, ...]:
        match command:
            case c.AnswerDraft(turn_id, text):
                return (e.AnswerDrafted(turn_id, text),)
            case c.AnswerFinish(turn_id):
                return self._complete(turn_id, "", "button")
            case c.AnswerSubmit(turn_id, text):
                return self._complete(turn_id, text, "text")
        return self._write(command)

    def _write(self, command: object) -> tuple[object, ...]:
        match command:
            case cc.ChatSend(channel, text):
                sent = sum(isinstance(one.data, e.ChatSent) for one in self.log)
                return (e.ChatSent(channel, sent + 1, "candidate", "", "Lin", text),)
            case cc.ChatRead(channel, up_to):
                return (e.ChatSeen(channel, "candidate", "", up_to),)
            case cc.HelpRequest(text):
                return (e.HelpRequested(text),)
        return ()

    def _complete(self, turn_id: str, text: str, ended_by: e.EndedBy) -> tuple[object, ...]:
        closing = () if ended_by == "text" else (e.AnswerClosing(turn_id, ended_by),)
        completed = e.AnswerCompleted(turn_id, turn_id[:2], text, ended_by, 120_000, "within", HINTS[self.language])
        return (*closing, completed, *self.ask())

    def information(self) -> dict[str, Any]:
        consents = [
            {
                "kind": kind,
                "required": kind == "recording",
                "version": "1",
                "texts": {
                    code: {"title": title, "text": text, "hash": "0" * 64} for code, (title, text) in texts.items()
                },
            }
            for kind, texts in TEXTS.items()
        ]
        stages = [("Introduction", "自我介绍"), ("Situation", "情景问题"), ("Logic", "逻辑题")]
        return {
            "interview": "itv_1",
            "phase": self.phase,
            "organisation": "Northwind",
            "candidate_name": "Lin",
            "job_title": "Sales",
            "language": self.language,
            "languages": ["en", "zh-CN"],
            "flow_title": {"en": "Sales", "zh-CN": "销售"},
            "stages": [
                {"id": f"s{n}", "title": {"en": en, "zh-CN": zh}, "form": "voice", "questions": 1}
                for n, (en, zh) in enumerate(stages, 1)
            ],
            "questions_total": 3,
            "minutes": 8,
            "result_within_hours": 24,
            "explains": self.explains,
            "consents": consents,
            "disclosure": {"en": "You are interviewed by software.", "zh-CN": "您将由软件进行面试。"},
            "ice_servers": [],
            "recogniser": {"name": "demonstration", "demonstration": self.demonstration},
        }
