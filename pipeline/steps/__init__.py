"""The steps of the main job, each a plain function over an opened project.

collect -> extract (and merge) -> classify -> translate -> draft -> bulletin -> render. Each may
be run alone, for any window, and again: what is already done is not done twice.
"""

from pipeline.steps.collect import Collected, add, collect, extract
from pipeline.steps.draft import Drafted, draft, translate
from pipeline.steps.issue import PublishError, bulletin, publish, render
from pipeline.steps.month import Summary, run
from pipeline.steps.progress import Progress, silent
from pipeline.steps.understand import classify

__all__ = [
    "Collected",
    "Drafted",
    "Progress",
    "PublishError",
    "Summary",
    "add",
    "bulletin",
    "classify",
    "collect",
    "draft",
    "extract",
    "publish",
    "render",
    "run",
    "silent",
    "translate",
]
