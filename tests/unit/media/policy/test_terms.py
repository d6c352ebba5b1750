"""Names are found by how they are written; what a recogniser is told is bounded."""

from __future__ import annotations

import time

import pytest

from media.transcription.policy.names import LONGEST_TEXT, find_names
from media.transcription.policy.terms import LONGEST_TERM, TermSources, choose_terms

CV = """Senior Software Engineer, Contoso Robotics GmbH, Berlin, 2019-2021
- Led a team of five. Built CI/CD with Jenkins and Terraform on AWS.
- Worked with C++, C#, .NET, Node.js and PostgreSQL. Managed Project Phoenix at Northwind Bank in March.
- Moved Jenkins to Kubernetes (K8s).
Skills: Python, Go, React
Education
University of Springfield
"""


def test_names_of_an_english_cv() -> None:
    names = find_names(CV)
    for name in (
        "Contoso Robotics GmbH", "CI/CD", "Jenkins", "Terraform", "AWS", "C++", "C#", ".NET", "Node.js", "PostgreSQL",
        "Project Phoenix", "Northwind Bank", "Kubernetes", "K8s", "Python", "Go", "React", "University of Springfield",
    ):  # fmt: skip
        assert name in names
    for word in ("Led", "Built", "Worked", "Managed", "Moved", "March", "Education", "Skills", "GmbH", "A"):
        assert word not in names


def test_technical_terms_come_first_then_what_is_named_often() -> None:
    names = find_names(CV)
    assert set(names[:9]) == {"CI/CD", "AWS", "C++", "C#", ".NET", "Node.js", "PostgreSQL", "K8s"} | {names[8]}
    assert names[8] == "Jenkins"


def test_names_in_chinese_text() -> None:
    names = find_names(
        "我在远山科技集团工作，使用 Python 和 Spring Boot，做过《智能客服》项目，熟悉C++、.NET、CI/CD。毕业于东海大学。"
    )
    assert set(names) == {"远山科技集团", "Python", "Spring Boot", "智能客服", "C++", ".NET", "CI/CD", "东海大学"}


@pytest.mark.parametrize(
    "text", ["", "we called the customer. Then we left.", "请介绍一下你自己", "How are you? I am well."]
)
def test_ordinary_sentences_have_no_names(text: str) -> None:
    assert find_names(text) == ()


def test_a_book_is_not_read_to_its_end() -> None:
    assert find_names("word " * LONGEST_TEXT + "Kafka") == ()


def test_order_of_importance_without_repetition() -> None:
    sources = TermSources(
        terms=("  Snowplow   Analytics ", "kafka"),
        job_title="Data Engineer",
        competencies=("Teamwork", "kafka"),
        question="How did you run Kafka with Flink?",
        background="I use Airflow, Airflow and Flink.",
    )
    assert choose_terms(sources) == ("Snowplow Analytics", "kafka", "Data Engineer", "Flink", "Airflow", "Teamwork")


def test_terms_are_bounded_in_number_and_length() -> None:
    sources = TermSources(terms=tuple(f"Term{number}" for number in range(100)), competencies=("x" * 500,))
    assert len(choose_terms(sources, most_terms=7)) == 7
    assert sum(map(len, choose_terms(sources, most_characters=50))) <= 50
    assert all(len(term) <= LONGEST_TERM for term in choose_terms(sources))
    assert choose_terms(TermSources()) == ()


@pytest.mark.parametrize("repeated", ["C++/", "Inc. ", "A & ", "Aa ", "A "])
def test_how_long_looking_through_one_line_takes_grows_with_it(repeated: str) -> None:
    def measure(times: int) -> float:
        tries = []
        for _ in range(5):
            started_s = time.thread_time()
            find_names(repeated * times)
            tries.append(time.thread_time() - started_s)
        return min(tries)

    assert measure(4_000) < 30 * max(measure(400), 1e-4), "10 times as much"
