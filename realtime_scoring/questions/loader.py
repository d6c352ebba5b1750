"""The one place of this package that reads its data files, and that turns a competency model into text and back."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from realtime_scoring.errors import DataError
from realtime_scoring.questions.bank import QuestionBank, parse_bank
from realtime_scoring.questions.competency_model import CompetencyModel, model_to_data, parse_model
from realtime_scoring.questions.cues import Cues, parse_cues
from realtime_scoring.questions.job import JobDescription, parse_job
from realtime_scoring.rubric import Rubric

_PACKAGE = "realtime_scoring.questions"


@dataclass(frozen=True, slots=True)
class QuestionData:
    bank: QuestionBank
    cues: Cues


@cache
def _read_files() -> tuple[dict[str, object], object]:
    folder = files(_PACKAGE) / "bank"
    entries = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".yaml")), key=lambda item: item.name)
    bank = {entry.name: parse_yaml(entry.read_text(encoding="utf-8"), entry.name) for entry in entries}
    return bank, parse_yaml((files(_PACKAGE) / "cues.yaml").read_text(encoding="utf-8"), "cues.yaml")


def load_question_data(rubric: Rubric, own_bank: Mapping[str, str] | None = None) -> QuestionData:
    """`own_bank`: an organisation's files of further questions (name -> text).

    Raises DataError with file and place when a file does not fit the rubric.
    """
    bank, cues = _read_files()
    own = {name: parse_yaml(text, name) for name, text in (own_bank or {}).items()}
    return QuestionData(parse_bank({**bank, **own}, rubric), parse_cues(cues, "cues.yaml"))


def job_from_yaml(text: str, source: str) -> JobDescription:
    return parse_job(parse_yaml(text, source), source)


def model_to_yaml(model: CompetencyModel) -> str:
    return yaml.safe_dump(model_to_data(model), allow_unicode=True, sort_keys=False, width=100)


def model_from_yaml(text: str, source: str, rubric: Rubric) -> CompetencyModel:
    return parse_model(parse_yaml(text, source), source, rubric)


def parse_yaml(text: str, source: str) -> object:
    """Plain data. Raises DataError, also for aliases (a few nested ones fill any memory), tags, and repeated keys."""
    try:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            if isinstance(token, yaml.AnchorToken | yaml.AliasToken | yaml.TagToken):
                raise DataError(
                    f"{source}: line {token.start_mark.line + 1}: anchors, aliases and tags are not used here"
                )
        parsed: object = _PlainLoader(text).get_single_data()
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise DataError(f"{source}: {line}not YAML: {error.problem}") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise DataError(f"{source}: not YAML: {error}") from None
    except DataError:
        raise
    except ValueError as error:  # a date or a number that is none
        raise DataError(f"{source}: {error}") from None
    return parsed


class _PlainLoader(yaml.SafeLoader):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for number, key in enumerate(keys):
            if key in keys[:number]:
                mark = node.value[number][0].start_mark
                raise yaml.MarkedYAMLError(problem=f"the key {key!r} stands here twice", problem_mark=mark)
        return super().construct_mapping(node, deep)
