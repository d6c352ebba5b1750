"""Would the tests notice? Small changes to the scorer and to turn-taking, each tried against their tests.

Cosmic Ray makes the changes; each is tried in a process of its own on a copy of the sources. Words and rubrics are
data and are left as they are: the gold set and the pause corpus hold those.
"""
