"""Measures and colours that all engines share, those of our own packs. Lengths in millimetres."""

NAVY, TINT, PALE, HAIR = "#1b3a63", "#ecf1f6", "#f6f8fb", "#9ea8b5"
RED, GREY, INK, WHITE = "#b81c1c", "#5c6673", "#171c24", "#ffffff"
LEFT, RIGHT, TOP, BOTTOM, WIDTH = 20, 15, 21, 18, 175
PHOTO = (84, 63)
LABEL = 25
LIST = (19, 20, 54, 26, 13, 31, 12)
SCORE = (14, 45, 70, 26, 20)
HISTORY = (32, 38, 105)
STAMP = (16, 22)
LIST_HEAD = ("資料", "番号", "所在", "構造", "評点", "判定", "頁")
SCORE_HEAD = ("番号", "評定項目", "判定の内容", "根拠", "評点")


def fitted(size):
    """Return width and height of a picture of `size` in a photo's cell, whole."""
    scale = min(PHOTO[0] / size[0], PHOTO[1] / size[1])
    return size[0] * scale, size[1] * scale
