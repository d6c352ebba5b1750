"""Who is next."""

from __future__ import annotations

from media.transcription.scheduling.jobs import Job
from tests.unit.media.scheduling.jobs import make_job, make_queue, take_all


def names(jobs: list[Job]) -> list[str]:
    return [job.stream_id for job in jobs]


def test_finals_go_by_due_time_and_not_by_arrival() -> None:
    queue = make_queue()
    for stream_id, due_s in (("late", 5.0), ("soon", 1.0), ("overdue", -1.0)):
        queue.put(make_job(stream_id, due_s=due_s))
    assert names(take_all(queue)) == ["overdue", "soon", "late"]


def test_a_streams_finals_keep_their_order_whenever_they_are_due() -> None:
    queue = make_queue()
    first, second = make_job("a", due_s=9.0), make_job("a", due_s=1.0)
    queue.put(first)
    queue.put(second)
    assert take_all(queue) == [first, second]


def test_of_a_streams_finals_one_is_at_the_engine() -> None:
    queue = make_queue()
    first, second = make_job("a"), make_job("a")
    queue.put(first)
    queue.put(second)
    assert queue.take(4, 0.0, spare_partials=False) == [first]
    assert queue.take(4, 0.0, spare_partials=False) == []
    queue.release(first)
    assert queue.take(4, 0.0, spare_partials=False) == [second]


def test_a_stream_with_many_finals_does_not_keep_the_others_waiting() -> None:
    queue = make_queue()
    for _ in range(5):
        queue.put(make_job("flood", due_s=-100.0))
    first = queue.take(1, 0.0, spare_partials=False)
    queue.release(first[0])
    queue.put(make_job("other", due_s=0.7))
    assert names(first + take_all(queue)) == ["flood", "other"] + ["flood"] * 4


def test_a_first_partial_goes_before_others_and_those_by_how_long_nothing_was_shown() -> None:
    queue = make_queue()
    for stream_id, at_s in (("long ago", 1.0), ("lately", 2.0)):
        queue.put(make_job(stream_id, "partial", at_s))
        take_all(queue, at_s)
    queue.put(make_job("lately", "partial", 3.0))
    queue.put(make_job("long ago", "partial", 3.1))
    queue.put(make_job("new", "partial", 3.2))
    assert names(take_all(queue, 4.0)) == ["new", "long ago", "lately"]


def test_after_a_final_the_next_partial_is_a_first_one_again() -> None:
    queue = make_queue()
    assert queue.is_first("a")
    queue.put(make_job("a", "partial"))
    take_all(queue)
    assert not queue.is_first("a")
    queue.put(make_job("a"))
    assert queue.is_first("a")


def test_a_newer_partial_inherits_how_long_its_stream_has_waited() -> None:
    queue = make_queue()
    old = make_job("a", "partial", 1.0)
    assert queue.put(old) == []
    queue.put(make_job("b", "partial", 2.0))
    new = make_job("a", "partial", 3.0)
    assert queue.put(new) == [old]
    assert take_all(queue, 3.0)[0] is new


def test_one_partial_of_a_stream_at_the_engine_and_one_waiting() -> None:
    queue = make_queue()
    going, waiting = make_job("a", "partial", 0.0), make_job("a", "partial", 1.0)
    queue.put(going)
    assert queue.take(4, 0.0, spare_partials=True) == [going]
    queue.put(waiting)
    assert queue.take(4, 1.0, spare_partials=True) == []
    queue.release(going)
    assert queue.take(4, 1.0, spare_partials=True) == [waiting]


def test_a_speculation_goes_behind_finals_until_it_is_confirmed() -> None:
    for confirmed, order in ((False, ["b", "a"]), (True, ["a", "b"])):
        queue = make_queue()
        queue.put(make_job("a", "speculative", due_s=0.1))
        queue.put(make_job("b", due_s=0.5))
        if confirmed:
            queue.confirm("a")
        assert names(take_all(queue)) == order


def test_a_newer_speculation_takes_the_place_of_the_older() -> None:
    queue = make_queue()
    old, new = make_job("a", "speculative"), make_job("a", "speculative")
    queue.put(old)
    assert queue.put(new) == [old]
    assert take_all(queue) == [new]


def test_confirmed_at_the_engine_it_comes_back_as_a_final() -> None:
    queue = make_queue()
    job = make_job("a", "speculative")
    queue.put(job)
    queue.take(1, 0.0, spare_partials=False)
    queue.confirm("a")
    queue.put(make_job("a", "speculative"))
    assert queue.put_back(job)
    assert job.kind == "final"
    assert take_all(queue)[0] is job


def test_a_second_try_stands_in_front_of_its_stream() -> None:
    queue = make_queue()
    first, second = make_job("a"), make_job("a")
    queue.put(first)
    queue.put(second)
    queue.take(1, 0.0, spare_partials=False)
    assert queue.put_back(first)
    assert queue.holds(first)
    assert take_all(queue) == [first, second]


def test_a_second_try_of_a_partial_gives_way_to_a_newer_one() -> None:
    queue = make_queue()
    old = make_job("a", "partial")
    queue.put(old)
    queue.take(1, 0.0, spare_partials=False)
    queue.put(make_job("a", "partial", 1.0))
    assert not queue.put_back(old)


def test_after_some_calls_for_finals_one_is_for_partials_while_finals_are_in_time() -> None:
    for in_time, order in ((True, "fffpffp"), (False, "fffffpp")):
        queue = make_queue()
        for number in range(5):
            queue.put(make_job(f"f{number}"))
        for number in range(2):
            queue.put(make_job(f"p{number}", "partial", bucket="short"))
        taken = take_all(queue, limit=1, spare_partials=in_time)
        assert "".join(job.stream_id[0] for job in taken) == order


def test_what_could_be_next_is_prepared_first() -> None:
    queue = make_queue()
    deep = [make_job("a", due_s=0.0, ready=False), make_job("a", due_s=0.1, ready=False)]
    other, partial = make_job("b", due_s=5.0, ready=False), make_job("c", "partial", ready=False)
    for job in (partial, other, *deep):
        queue.put(job)
    picked = []
    while (unprepared := queue.pick_unprepared()) is not None:
        unprepared.preparing = True
        picked.append(unprepared)
    assert picked == [deep[0], other, partial]


def test_who_is_not_ready_is_not_taken_and_keeps_those_behind_it() -> None:
    queue = make_queue()
    unready, behind = make_job("a", ready=False), make_job("a")
    queue.put(unready)
    queue.put(behind)
    assert queue.take(4, 0.0, spare_partials=True) == []
    unready.ready = True
    assert take_all(queue) == [unready, behind]


def test_silent_streams_are_forgotten_and_busy_ones_are_not() -> None:
    queue = make_queue()
    for stream_id in ("silent", "waiting", "at the engine"):
        queue.put(make_job(stream_id, "partial"))
    silent = queue.take(1, 0.0, spare_partials=False)
    queue.release(silent[0])
    going = queue.take(1, 0.0, spare_partials=False)
    waits = next(iter(queue.waiting()))
    assert queue.prune(30.0) == []
    assert queue.prune(61.0) == [silent[0].stream_id]
    assert {going[0].stream_id, waits.stream_id}.isdisjoint(queue.prune(3600.0))
