"""Every measure, colour and text style of the pack, in one place. Lengths in points unless named."""

from inspection.packs.text import TextStyle

MM = 72 / 25.4

PAGE_WIDTH = 210 * MM
PAGE_HEIGHT = 297 * MM
LEFT = 20 * MM  # the binding edge
RIGHT = PAGE_WIDTH - 15 * MM
WIDTH = RIGHT - LEFT
TOP = 21 * MM
BOTTOM = PAGE_HEIGHT - 18 * MM
HEAD_BASELINE = 13.5 * MM
FOOT_BASELINE = PAGE_HEIGHT - 9.5 * MM

INK = (0.09, 0.11, 0.14)
GREY = (0.36, 0.40, 0.45)
HAIR = (0.62, 0.66, 0.71)
TINT = (0.925, 0.943, 0.966)
PALE = (0.965, 0.973, 0.983)
WHITE = (1.0, 1.0, 1.0)
NAVY = (0.106, 0.227, 0.388)
NAVY_MID = (0.36, 0.49, 0.65)
NAVY_LIGHT = (0.66, 0.74, 0.83)
RED = (0.72, 0.11, 0.11)  # caps and judgement only

HAIRLINE = 0.4
RULE = 0.8

TITLE = TextStyle(16, 22, bold=True, color=NAVY)
SECTION = TextStyle(10, 14, bold=True, color=NAVY)
SUBHEAD = TextStyle(9, 13, bold=True, color=INK)
BODY = TextStyle(9.2, 14.6, color=INK)
BODY_BOLD = TextStyle(9.2, 14.6, bold=True, color=INK)
TABLE = TextStyle(8.5, 11.8, color=INK)
TABLE_BOLD = TextStyle(8.5, 11.8, bold=True, color=INK)
TABLE_LABEL = TextStyle(8, 11.8, bold=True, color=NAVY)
TABLE_GREY = TextStyle(8.5, 11.8, color=GREY)
TABLE_SMALL = TextStyle(6.6, 9, color=GREY)
FIGURE = TextStyle(8.5, 11.8, color=INK, tabular=True)
FIGURE_BOLD = TextStyle(8.5, 11.8, bold=True, color=INK, tabular=True)
FIGURE_GREY = TextStyle(8.5, 11.8, color=GREY, tabular=True)
CUT = TextStyle(8.5, 11.8, bold=True, color=RED, tabular=True)
CAPTION = TextStyle(8.5, 11.4, bold=True, color=INK)
CAPTION_GREY = TextStyle(7, 9.6, color=GREY)
SMALL = TextStyle(7, 10, color=GREY)
SMALL_INK = TextStyle(7.4, 10.6, color=INK)
CHOICE = TextStyle(10, 14, bold=True, color=INK)
STAMP_ROLE = TextStyle(7.2, 7.4, color=INK)
TAG = TextStyle(8.5, 11, bold=True, color=WHITE)
HEADING = TextStyle(8, 11, bold=True, color=WHITE)
MARK = TextStyle(7, 9, bold=True, color=WHITE)
RUNNING = TextStyle(7.4, 10, color=GREY)

CELL_PAD_X = 2.0 * MM
CELL_PAD_Y = 3.2
SHRINK = 0.85  # how far text shrinks to stay on its line before it wraps

NOTE_GAP = 4.0  # between the note below a heading and what follows

PHOTO_WIDTH = 84 * MM
PHOTO_HEIGHT = 63 * MM
PHOTO_GAP = WIDTH - 2 * PHOTO_WIDTH
MAP_WIDTH = 116 * MM
MAP_HEIGHT_LEAST = 62 * MM
MAP_HEIGHT_MOST = 116 * MM
STAMP_WIDTH = 16 * MM
STAMP_HEIGHT = 22 * MM
