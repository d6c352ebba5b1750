"""The voice over the websocket, from a real browser's sound to what the server makes of it. The socket is made up."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page

from media.hearing.opus import OpusDecoder
from server.protocol.audio_frame import AudioFrame, decode_audio
from tests.browser.candidate.conftest import OpenPage

pytestmark = pytest.mark.browser

WITHOUT_ENCODER = "delete globalThis.AudioEncoder"
TONE_HZ = 440
FRAME_TICKS = 960

PREPARE = """async () => {
  const { VoiceLine } = await import("/assets/candidate/voice/line.js");
  const context = new AudioContext();
  const tone = new OscillatorNode(context, { frequency: 440 });
  const quieter = new GainNode(context, { gain: 0.3 });
  const microphone = context.createMediaStreamDestination();
  tone.connect(quieter).connect(microphone);
  tone.start();
  const encode = (bytes) => btoa(String.fromCharCode(...bytes));
  const socket = {
    state: "online", waitingBytes: 0, posts: [], frames: [],
    post(type, data) { this.posts.push([type, data]); },
    postBinary(message) { this.frames.push(encode(message)); },
  };
  const line = new VoiceLine(socket);
  line.listen(microphone.stream);
  const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const until = async (holds) => { while (!holds()) await rest(20); };
  Object.assign(window, { line, socket, rest, until });
}"""


def prepare(page: Page) -> None:
    page.mouse.click(2, 2)  # sound has to wait for a first touch
    page.evaluate(PREPARE)


def read(page: Page) -> list[AudioFrame]:
    return [decode_audio(base64.b64decode(frame)) for frame in page.evaluate("socket.frames")]


def signed(timestamp: int) -> int:
    return (timestamp + 2**31) % 2**32 - 2**31


def hear(frames: list[AudioFrame]) -> NDArray[np.float32]:
    """At 16 kHz."""
    if frames[0].codec == "pcm16":
        return np.frombuffer(b"".join(frame.data for frame in frames), "<i2").astype(np.float32) / np.float32(32_768)
    decoder = OpusDecoder()
    decoded = [decoder.decode(frame.data) for frame in frames]
    return np.concatenate([piece for piece in decoded if piece is not None])


def pitch_of(samples: NDArray[np.float32], rate_hz: int = 16_000) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(spectrum.argmax()) * rate_hz / len(samples)


@pytest.mark.parametrize(("before", "codec"), [("", "opus"), (WITHOUT_ENCODER, "pcm16")])
def test_it_begins_with_what_was_not_heard_and_goes_on_without_a_gap(
    open_page: OpenPage, before: str, codec: str
) -> None:
    page = open_page("unknown", before=before)
    prepare(page)
    posts = page.evaluate("""async () => {
      await rest(3000);
      line.begin();
      await until(() => socket.posts.length > 0);
      line.noteOpened({ epoch: 3, silent_ms: 1500 }, true);
      await until(() => socket.frames.length >= 150);
      line.end();
      return socket.posts;
    }""")
    frames = read(page)
    assert posts == [["audio.open", {"codec": codec}], ["audio.close", {"epoch": 3}]]
    assert {(frame.codec, frame.epoch) for frame in frames} == {(codec, 3)}
    numbers = [frame.sequence for frame in frames]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    times = [signed(frame.timestamp) for frame in frames]
    assert times == list(range(times[0], times[0] + len(times) * FRAME_TICKS, FRAME_TICKS))
    assert -1_700 <= times[0] / 48 <= -1_500, "a little more than was missing"
    samples = hear(frames)
    assert len(samples) == 320 * len(frames)
    assert abs(pitch_of(samples) - TONE_HZ) < 2
    assert 0.15 < float(np.sqrt(np.mean(samples[3_200:] ** 2))) < 0.27


def test_who_was_never_heard_is_heard_from_the_beginning(open_page: OpenPage) -> None:
    page = open_page("unknown")
    prepare(page)
    page.evaluate("""async () => {
      await rest(2000);
      line.begin();
      await until(() => socket.posts.length > 0);
      line.noteOpened({ epoch: 1, silent_ms: null }, false);
      await until(() => socket.frames.length >= 60);
    }""")
    assert read(page)[0].sequence == 0


def test_after_a_restart_of_the_server_nothing_is_said_twice(open_page: OpenPage) -> None:
    page = open_page("unknown")
    prepare(page)
    page.evaluate("""async () => {
      await rest(2000);
      line.begin();
      await until(() => socket.posts.length > 0);
      line.noteOpened({ epoch: 9, silent_ms: null }, true);
      await until(() => socket.frames.length >= 10);
    }""")
    assert -FRAME_TICKS < signed(read(page)[0].timestamp) <= FRAME_TICKS


def test_an_uplink_that_is_too_slow_loses_the_oldest_and_never_grows(open_page: OpenPage) -> None:
    page = open_page("unknown")
    prepare(page)
    before, dropped = page.evaluate("""async () => {
      await rest(500);
      line.begin();
      await until(() => socket.posts.length > 0);
      line.noteOpened({ epoch: 1, silent_ms: 0 }, true);
      await until(() => socket.frames.length >= 40);
      socket.waitingBytes = 1_000_000;
      const before = socket.frames.length;
      await rest(6000);
      if (socket.frames.length !== before) throw new Error("sent into a full line");
      socket.waitingBytes = 0;
      await until(() => socket.frames.length > before + 200);
      return [before, line.dropped];
    }""")
    frames = read(page)
    lost = frames[before].sequence - frames[before - 1].sequence - 1
    assert lost == dropped
    assert lost > 100, "what is long past was sent all the same"


def test_a_line_that_breaks_off_is_opened_anew_with_what_did_not_arrive(open_page: OpenPage) -> None:
    page = open_page("unknown")
    prepare(page)
    posts = page.evaluate("""async () => {
      line.begin();
      await until(() => socket.posts.length > 0);
      line.noteOpened({ epoch: 1, silent_ms: null }, false);
      await until(() => socket.frames.length >= 50);
      socket.state = "reconnecting";
      line.breakOff();
      await rest(1000);
      const unsent = socket.frames.length;
      await rest(500);
      if (socket.frames.length !== unsent) throw new Error("spoke into a dead line");
      socket.state = "online";
      line.begin();
      await until(() => socket.posts.length > 1);
      line.noteOpened({ epoch: 2, silent_ms: 1600 }, true);
      await until(() => socket.frames.length >= unsent + 100);
      return socket.posts;
    }""")
    assert [name for name, _ in posts] == ["audio.open", "audio.open"]
    frames = read(page)
    first = [frame.sequence for frame in frames if frame.epoch == 1]
    second = [frame.sequence for frame in frames if frame.epoch == 2]
    assert first[0] < second[0] <= first[-1] + 1, "there is a hole between the two"
    assert second == list(range(second[0], second[0] + len(second)))


@pytest.mark.parametrize(("from_hz", "to_hz"), [(44_100, 48_000), (48_000, 16_000), (44_100, 16_000), (16_000, 48_000)])
def test_another_sample_rate_keeps_the_voice_and_folds_nothing_into_it(
    open_page: OpenPage, from_hz: int, to_hz: int
) -> None:
    made: dict[str, Any] = open_page("unknown").evaluate(
        """async ([from, to]) => {
          const { Resampler } = await import("/assets/candidate/voice/resampler.js");
          const make = (pitch) => {
            const resampler = new Resampler(from, to);
            const out = [];
            for (let at = 0; at < from; at += 128) {
              const sample = (_, i) => Math.sin((2 * Math.PI * pitch * (at + i)) / from);
              out.push(...resampler.process(Float32Array.from({ length: 128 }, sample)));
            }
            return out;
          };
          return { voice: make(440), beyond: make(from / 2.2) };
        }""",
        [from_hz, to_hz],
    )
    voice, beyond = (np.array(made[name], np.float32) for name in ("voice", "beyond"))
    assert abs(len(voice) - to_hz) < to_hz / 200
    assert abs(pitch_of(voice, to_hz) - TONE_HZ) < 1.5
    steady = voice[to_hz // 10 : -to_hz // 10]
    assert abs(float(np.sqrt(np.mean(steady**2))) - np.sqrt(0.5)) < 0.01
    if to_hz < from_hz:
        assert float(np.sqrt(np.mean(beyond**2))) < 0.01, "what the new rate cannot hold comes back as noise"
