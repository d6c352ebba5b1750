"""What holds of the queue whatever is asked of it in whatever order."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from media.transcription.scheduling.jobs import Job
from media.transcription.scheduling.queue import JobQueue
from tests.unit.media.scheduling.jobs import make_job, make_queue

STREAMS = st.sampled_from("abc")
BUCKETS = st.sampled_from(["short", "long"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["final", "speculative", "partial"]), STREAMS, BUCKETS, st.floats(-2, 5)),
        st.tuples(st.just("take"), st.integers(1, 4), st.booleans()),
        st.tuples(st.sampled_from(["come back", "fail", "fail", "withdraw"]), st.integers(0, 9)),
        st.tuples(st.sampled_from(["prepare", "confirm"]), STREAMS),
    ),
    min_size=20,
    max_size=80,
)


class Play:
    """Does what it is told and keeps books."""

    def __init__(self) -> None:
        self.queue: JobQueue[Job] = make_queue()
        self.now_s = 0.0
        self.asked: list[Job] = []
        self.answered: list[Job] = []
        self.outdone: list[Job] = []
        self.withdrawn: list[Job] = []
        self.at_engine: list[Job] = []

    def put(self, kind: str, stream_id: str, bucket: str, due_s: float) -> None:
        job = make_job(stream_id, kind, self.now_s, due_s=self.now_s + due_s, bucket=bucket, ready=False)  # type: ignore[arg-type]
        self.asked.append(job)
        self.outdone += self.queue.put(job)

    def prepare(self) -> None:
        while (job := self.queue.pick_unprepared()) is not None:
            job.ready = True

    def take(self, limit: int, spare_partials: bool) -> None:
        if limit > 1:
            self.prepare()
        batch = self.queue.take(limit, self.now_s, spare_partials=spare_partials)
        assert len(batch) <= limit
        assert len({job.bucket for job in batch}) <= 1
        assert len({job.stream_id for job in batch}) == len(batch)
        self.at_engine += batch
        for final in (True, False):
            busy = [job.stream_id for job in self.at_engine if job.partial is not final]
            assert len(set(busy)) == len(busy), "one of a kind and stream at a time"

    def come_back(self, job: Job, *, failed: bool) -> None:
        self.at_engine.remove(job)
        self.queue.release(job)
        if failed and not job.alone:
            job.alone = True
            if not self.queue.put_back(job):
                self.outdone.append(job)
        else:
            self.answered.append(job)

    def step(self, step: tuple[object, ...]) -> None:
        self.now_s += 0.1
        match step:
            case (("final" | "speculative" | "partial") as kind, str(stream_id), str(bucket), float(due_s)):
                self.put(kind, stream_id, bucket, due_s)
            case ("take", int(limit), bool(spare)):
                self.take(limit, spare)
            case (("come back" | "fail") as how, int(number)) if self.at_engine:
                self.come_back(self.at_engine[number % len(self.at_engine)], failed=how == "fail")
            case ("withdraw", int(number)) if waiting := list(self.queue.waiting()):
                job = waiting[number % len(waiting)]
                self.queue.withdraw(job)
                self.withdrawn.append(job)
            case ("prepare", _):
                self.prepare()
            case ("confirm", str(stream_id)):
                self.queue.confirm(stream_id)

    def finish(self) -> None:
        """The engine goes on until nothing waits."""
        for _ in range(1000):
            for job in list(self.at_engine):
                self.come_back(job, failed=False)
            self.prepare()
            self.take(4, spare_partials=False)
            if not self.at_engine:
                return
        raise AssertionError("it never ends")


@given(STEPS)
def test_each_job_is_answered_once_or_its_caller_knows_why_not(steps: list[tuple[object, ...]]) -> None:
    play = Play()
    for step in steps:
        play.step(step)
        waiting = list(play.queue.waiting())
        for kind in ("speculative", "partial"):
            streams = [job.stream_id for job in waiting if job.kind == kind]
            assert len(set(streams)) == len(streams), "latest wins"
    play.finish()
    ends = play.answered + play.outdone + play.withdrawn
    assert sorted(map(id, ends)) == sorted(map(id, play.asked))
    assert all(job.kind != "final" for job in play.outdone), "a final is never dropped"


@given(STEPS)
def test_finals_of_a_stream_are_answered_in_order(steps: list[tuple[object, ...]]) -> None:
    play = Play()
    for step in steps:
        if step[0] not in ("speculative", "confirm"):
            play.step(step)
    play.finish()
    answered: dict[str, list[float]] = defaultdict(list)
    for job in play.answered:
        if job.kind == "final":
            answered[job.stream_id].append(job.created_s)
    assert all(times == sorted(times) for times in answered.values())


@given(STEPS)
def test_the_newest_partial_is_the_one_that_is_left(steps: list[tuple[object, ...]]) -> None:
    play = Play()
    for step in steps:
        play.step(step)
        newest = {job.stream_id: job for job in play.asked if job.partial}
        for job in play.queue.waiting():
            if job.partial and not job.alone:
                assert newest[job.stream_id] is job


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=30))
def test_one_final_each_goes_by_due_time(dues_s: list[float]) -> None:
    queue = make_queue()
    for number, due_s in enumerate(dues_s):
        queue.put(make_job(str(number), due_s=due_s))
    taken = [queue.take(1, 0.0, spare_partials=False)[0].due_s for _ in dues_s]
    assert taken == sorted(dues_s)


@given(st.integers(2, 20), st.integers(1, 4))
def test_nobody_starves(streams: int, limit: int) -> None:
    """Everyone asks again as soon as there is an answer, one of them for finals only and as fast as it can."""
    queue = make_queue()
    waited: dict[str, int] = {}
    now_s = 0.0
    for call in range(300):
        now_s += 0.05
        waiting = {job.stream_id for job in queue.waiting() if job.partial}
        for number in range(streams):
            stream_id = f"s{number}"
            if stream_id not in waiting:
                queue.put(make_job(stream_id, "partial", now_s, bucket="short"))
                waited[stream_id] = call
        queue.put(make_job("greedy", "final", now_s, bucket="long"))
        for job in queue.take(limit, now_s, spare_partials=True):
            queue.release(job)
            waited.pop(job.stream_id, None)
        oldest = min(waited.values(), default=call)
        assert call - oldest <= 4 * (streams + 1), "all the others were served first, some of them twice"
