"""Who goes along with whom."""

from __future__ import annotations

from media.transcription.scheduling.batches import form_batch
from tests.unit.media.scheduling.jobs import make_job


def test_only_one_bucket_goes_together_in_order_of_urgency() -> None:
    jobs = [make_job("a"), make_job("b", bucket="other"), make_job("c"), make_job("d")]
    assert form_batch(jobs[0], jobs, 4, spare_partial=False) == [jobs[0], jobs[2], jobs[3]]
    assert form_batch(jobs[1], jobs, 4, spare_partial=False) == [jobs[1]]


def test_no_more_than_the_limit() -> None:
    jobs = [make_job(str(number)) for number in range(9)]
    assert form_batch(jobs[0], jobs, 4, spare_partial=False) == jobs[:4]


def test_one_of_each_stream() -> None:
    jobs = [make_job("a"), make_job("a", "partial"), make_job("b")]
    assert form_batch(jobs[0], jobs, 4, spare_partial=True) == [jobs[0], jobs[2]]


def test_who_has_to_go_alone_goes_alone_and_joins_nobody() -> None:
    jobs = [make_job("a"), make_job("b"), make_job("c")]
    jobs[1].alone = True
    assert form_batch(jobs[1], jobs, 4, spare_partial=False) == [jobs[1]]
    assert form_batch(jobs[0], jobs, 4, spare_partial=False) == [jobs[0], jobs[2]]


def test_the_last_place_of_a_full_batch_is_a_partials() -> None:
    jobs = [make_job(str(number)) for number in range(5)] + [make_job("p", "partial"), make_job("q", "partial")]
    assert form_batch(jobs[0], jobs, 4, spare_partial=True) == [*jobs[:3], jobs[5]]
    assert form_batch(jobs[0], jobs, 4, spare_partial=False) == jobs[:4]
    assert form_batch(jobs[0], jobs, 1, spare_partial=True) == [jobs[0]]
