"""`python -m tests.benchmarks.first_frame`: how soon a joining observer sees the candidate, Chromium to Chromium.

Method: a real server, the candidate's page in Chromium with its test camera and a recorded voice, HR's page in
another context of the browser. HR joins and leaves some times; each time is from the moment the page begins (before its
offer is made) to the first picture painted (requestVideoFrameCallback), so signalling, ICE, DTLS and the key frame are
all in it. The last line of output is one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from pathlib import Path
from statistics import median

from playwright.async_api import Page
from rich.console import Console
from rich.progress import track

from simulation.answers import load_answers
from tests.benchmarks.document import describe_machine, put_section
from tests.browser.whole.course import SPOKEN, go_through
from tests.browser.whole.microphone import write_microphone
from tests.browser.whole.stage import DESKTOP, CandidatePage, open_chromium, open_context, open_hr
from tests.integration.interviewing import open_house
from tests.integration.watching import watching

METHOD = """\
## First picture

`python -m tests.benchmarks.first_frame` on {machine}, server and both browsers on the same two processors.

HR's page joins a running interview whose candidate is in Chromium too. From before HR's page makes its offer until the
first picture is painted: **{first_frame_ms_median} ms** (median of {joins}; {first_frame_ms_min} to
{first_frame_ms_max}; the bar is 300 ms)."""

JOIN = """async (interview) => {
  const { WhepViewer } = await import("/assets/lib/whep.js");
  const video = document.createElement("video");
  video.muted = video.autoplay = video.playsInline = true;
  document.body.append(video);
  const began = performance.now();
  const viewer = new WhepViewer({ url: `/v1/interviews/${interview}/whep` });
  viewer.attach(video);
  const painted = new Promise((resolve) => video.requestVideoFrameCallback(() => resolve(performance.now() - began)));
  viewer.start();
  const ms = await Promise.race([painted, new Promise((resolve) => setTimeout(() => resolve(null), 8000))]);
  viewer.stop();
  video.remove();
  return ms;
}"""


async def measure(joins: int, directory: Path) -> list[float]:
    """Milliseconds. Raises RuntimeError when an observer saw nothing within eight seconds."""
    answers = load_answers("en-1")
    write_microphone(directory / "voice.wav", "en-1", SPOKEN, lead_s=13.0, gap_s=9.0)
    async with open_house(directory / "data") as house, open_chromium(directory / "voice.wav") as browser:
        link = await house.invite("en")
        candidate = await CandidatePage.enter(await open_context(browser, house, DESKTOP, "en"), link)
        await go_through(house, candidate, answers)
        hr = await open_hr(await open_context(browser, house, DESKTOP, "en"), link.interview)
        await asyncio.sleep(5)
        await hr.goto("/hr/")  # its own view is closed: the measured one is the only observer
        progress = track(range(joins), "joining", console=Console(stderr=True))
        async with watching(house.hr.http, link.interview):
            return [await _join(hr, link.interview) for _ in progress]


async def _join(page: Page, interview: str) -> float:
    ms = await page.evaluate(JOIN, interview)
    if ms is None:
        raise RuntimeError("an observer saw no picture within 8 s")
    await asyncio.sleep(0.7)
    return float(ms)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--joins", type=int, default=15)
    joins = parser.parse_args().joins
    with tempfile.TemporaryDirectory() as directory:
        found = sorted(asyncio.run(measure(joins, Path(directory))))
    figures = {
        "joins": len(found),
        "first_frame_ms_median": round(median(found)),
        "first_frame_ms_min": round(found[0]),
        "first_frame_ms_max": round(found[-1]),
    }
    put_section("first-frame", METHOD.format(machine=describe_machine("aiortc", "playwright"), **figures))
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
