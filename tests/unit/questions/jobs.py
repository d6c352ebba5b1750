"""Job descriptions that the tests share."""

from __future__ import annotations

from realtime_scoring.engine import ScoringEngine
from realtime_scoring.questions.job import JobDescription, describe_job
from realtime_scoring.questions.loader import load_question_data

ENGINE = ScoringEngine.default()
RUBRIC = ENGINE.rubric
DATA = load_question_data(RUBRIC)

ENGINEER = """\
Senior Software Engineer

You will design and build the software of our booking system, from the database to the API.
You investigate faults, find root causes and improve the performance of existing services.
You work closely with a cross-functional team and explain technical decisions to stakeholders.
At least five years of experience with Python and SQL. You keep up with new technologies.
"""

NURSE = """\
Staff Nurse, emergency ward

You are responsible for your patients during your shift and keep their relatives informed.
The ward is busy: you set priorities under pressure and stay calm in emergencies.
You work in a team of eight, and you train new colleagues.
Night shifts are part of the job.
"""

SALES_ZH = """\
门店销售(应届生可投)

负责接待顾客,了解客户需求,处理投诉和售后问题。
与团队成员协作完成每月的销售目标,能承受一定的工作压力。
愿意学习新知识,公司提供系统的培训。
具备良好的沟通能力,工作认真,有责任心。
"""

ENGINEER_ZH = """\
高级后端工程师

负责核心系统的设计与开发,分析并解决线上故障,持续优化性能。
熟悉数据库、网络和分布式架构,有五年以上开发经验。
与产品、测试等跨部门同事协作,能清楚地表达技术方案。
"""

JOBS = {"engineer": ENGINEER, "nurse": NURSE, "sales-zh": SALES_ZH, "engineer-zh": ENGINEER_ZH}


def read(name: str) -> JobDescription:
    return describe_job(JOBS[name], name)
