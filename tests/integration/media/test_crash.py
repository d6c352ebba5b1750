"""What SIGKILL leaves of a recording."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from tests.fakes.playback import play

ROOT = Path(__file__).parents[3]
RECORDED_S = 5.0

AS_TIMED = ["-fps_mode", "passthrough", "-enc_time_base", "-1"]
"""Milliseconds as they are: on a grid of one tick a frame, FFmpeg complains of a camera's jitter."""


def test_a_killed_process_loses_less_than_two_seconds(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.recording_process", str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        sent_s = 0.0
        while sent_s < RECORDED_S:
            sent_s = float(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        assert process.wait(10) == -signal.SIGKILL
    finally:
        process.kill()
        process.communicate()
    (path,) = tmp_path.glob("*.webm")
    playback = play(path)
    assert playback.first_is_key
    assert playback.audio_s > sent_s - 2
    assert playback.video_s > sent_s - 2
    checked = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(path), *AS_TIMED, "-f", "null", "-"], capture_output=True, text=True
    )
    assert (checked.returncode, checked.stderr) == (0, "")
