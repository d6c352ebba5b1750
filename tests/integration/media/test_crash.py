"""What SIGKILL leaves of a recording."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.fakes.playback import play

ROOT = Path(__file__).parents[3]
RECORDED_S = 5.0


def test_a_killed_process_loses_less_than_two_seconds(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.recording_process", str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "recording"
        started_s = time.monotonic()
        time.sleep(RECORDED_S)
        process.send_signal(signal.SIGKILL)
        recorded_s = time.monotonic() - started_s
        assert process.wait(10) == -signal.SIGKILL
    finally:
        process.kill()
        process.communicate()
    (path,) = tmp_path.glob("*.webm")
    playback = play(path)
    assert playback.first_is_key
    assert playback.audio_s > recorded_s - 2
    assert playback.video_s > recorded_s - 2
    checked = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(path), "-f", "null", "-"], capture_output=True, text=True
    )
    assert (checked.returncode, checked.stderr) == (0, "")
