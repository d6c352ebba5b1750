"""From a job to its questions: a competency model that people can edit, and questions out of a fixed bank.

Nothing here scores anybody, and no words of the job ever enter a question: every question is written and checked
beforehand. What is derived from the job is which competencies are asked for, and in what order.
"""
