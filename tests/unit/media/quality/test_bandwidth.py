"""What a sender is told it may send, when pictures come late or not at all for a while."""

from __future__ import annotations

import pytest
from aiortc import rtp

from media.rtp.packet import RtpPacket
from media.webrtc.feedback import FIRST_GUESS_BPS, LEAST_BPS, BandwidthEstimate


class Line:
    """Pictures of `size` bytes, 25 a second by the sender's clock; `delay_ms` later each time they arrive."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.estimate = BandwidthEstimate()
        self.told: list[int] = []
        self.sent_ms = self.now_ms = 1_000_000.0
        monkeypatch.setattr("media.webrtc.feedback.time.monotonic", lambda: self.now_ms / 1000)

    def send(self, pictures: int, *, size: int = 1_000, delay_ms: float = 0.0) -> None:
        for _ in range(pictures):
            self.sent_ms += 40
            self.now_ms += 40 + delay_ms
            abs_send_time = int(self.sent_ms * (1 << 18) / 1000) & 0xFFFFFF
            packet = RtpPacket(96, True, 1, int(self.sent_ms * 90) % (1 << 32), 7, b"x" * size, abs_send_time)
            message = self.estimate.note(packet, 1)
            if message is not None:
                (parsed,) = rtp.RtcpPacket.parse(message)
                assert isinstance(parsed, rtp.RtcpPsfbPacket)
                self.told.append(rtp.unpack_remb_fci(parsed.fci)[0])


def test_the_first_thing_told_is_a_guess_and_growing_delays_withdraw_it(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(monkeypatch)
    line.send(2)
    assert line.told == [pytest.approx(FIRST_GUESS_BPS, rel=0.01)]
    line.send(200, size=4_000, delay_ms=15)
    assert LEAST_BPS * 0.99 <= min(line.told) < FIRST_GUESS_BPS


def test_however_late_pictures_come_the_smallest_may_be_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(monkeypatch)
    line.send(400, size=500, delay_ms=25)
    assert line.told[-1] == pytest.approx(LEAST_BPS, rel=0.01)


def test_a_pause_is_begun_after_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(monkeypatch)
    line.send(400, size=500, delay_ms=25)
    line.now_ms += 30_000
    line.sent_ms += 30_000
    line.send(1)
    assert line.told[-1] == pytest.approx(FIRST_GUESS_BPS, rel=0.01)
