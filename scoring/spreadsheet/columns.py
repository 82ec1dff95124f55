"""The columns of every sheet, once: heading, where it belongs in the document, kind, width, note.

Writing, reading, the guide sheet and the validation lists all follow these lists; a new key of the
rule format is one more line in one of them.
"""

from scoring.spreadsheet.case_columns import CASES
from scoring.spreadsheet.column import ALL, DEFAULTS, OTHERS, Column, Path
from scoring.spreadsheet.cover_columns import AXES, CONDITIONS, COVER, SEVERITIES
from scoring.spreadsheet.judge_columns import JUDGEMENTS, MODIFIERS, OUTCOMES
from scoring.spreadsheet.point_columns import FORMULAS, POINTS, REPLACEMENTS

__all__ = [
    "ALL",
    "AXES",
    "CASES",
    "CONDITIONS",
    "COVER",
    "DEFAULTS",
    "FORMULAS",
    "JUDGEMENTS",
    "MODIFIERS",
    "OTHERS",
    "OUTCOMES",
    "POINTS",
    "REPLACEMENTS",
    "SEVERITIES",
    "Column",
    "Path",
]
