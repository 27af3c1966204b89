"""Downloads of learning platforms to hand-ins, every student's once: one file a platform, found through DOWNLOADS.

A platform (`contract.Platform`) is recognised by what is inside a zip or a folder, never by its name, and says whose
each file is. What is handed on are `readers.delivered.Delivered`: several files of one student are one hand-in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

# In the order in which they are tried: what only one platform writes comes first.
DOWNLOADS: Final[Mapping[str, str]] = {
    "gradescope": "grader.platforms.downloads.gradescope:Gradescope",
    "moodle": "grader.platforms.downloads.moodle:Moodle",
    "blackboard": "grader.platforms.downloads.blackboard:Blackboard",
    "brightspace": "grader.platforms.downloads.brightspace:Brightspace",
    "canvas": "grader.platforms.downloads.canvas:Canvas",
    "github": "grader.platforms.downloads.githubclassroom:GithubClassroom",
    "google": "grader.platforms.downloads.googleclassroom:GoogleClassroom",
    "zips": "grader.platforms.downloads.zips:Zips",
    "folders": "grader.platforms.downloads.folders:Folders",
}
