"""WeasyPrint: one HTML document with file:// images, its own image optimiser off as it is by default."""

from html import escape
from pathlib import Path

from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration

from bench.packs_peers import look


def build(content, out):
    """Draw the pack to `out`."""
    page = _Page(content).whole()
    HTML(string=page).write_pdf(str(out), font_config=FontConfiguration(), optimize_images=False)


class _Page:
    def __init__(self, content):
        self.content = content
        self.photos = Path(content["photos"]).as_uri()

    def whole(self):
        """Return the document."""
        style = _STYLE
        for key, value in (*self.content["fonts"].items(), ("meeting", self.content["meeting"])):
            style = style.replace(f"@@{key}", value)
        cases = self.content["cases"]
        parts = [self._cover(), self._contents(cases), self._listed(cases)]
        parts += [self._case(case) for case in cases]
        title = escape(self.content["document"])
        return (
            f"<html lang=ja><meta charset=utf-8><title>{title}</title>"
            f"<style>{style}</style>{''.join(parts)}"
        )

    def _cover(self):
        content = self.content
        return (
            f"<section class=cover><b>{escape(content['mark'])}</b>"
            f"<div class=big>{escape(content['meeting'])}</div>"
            f"<div class=subtitle>{escape(content['document'])}</div>"
            f"{_labelled(content['cover'])}<p class=notice>{escape(content['notice'])}</section>"
        )

    def _contents(self, cases):
        lines = "".join(
            f"<a href='#{case['number']}'><span>{case['number']}　{case['code']}　"
            f"{escape(case['address'])}</span><i>{case['total']}</i><i>{case['judgement']}</i></a>"
            for case in cases
        )
        return f"<section class=contents><div class=title>目　次</div>{lines}</section>"

    def _listed(self, cases):
        keys = ("number", "code", "address", "structure", "total", "judgement")
        rows = "".join(_row(case[key] for key in keys) for case in cases)
        head = f"<thead>{_row(look.LIST_HEAD[:-1])}</thead>"
        columns = _columns(look.LIST[:-1])
        table = f"<table>{columns}{head}{rows}</table>"
        return f"<section><div class=title>案件一覧</div>{table}</section>"

    def _case(self, case):
        judged = "red" if case["adverse"] else "navy"
        facts = "".join(
            f"<tr><th>{a}<td>{escape(b)}<th>{c}<td>{escape(d)}" for a, b, c, d in case["facts"]
        )
        half = look.WIDTH / 2 - look.LABEL
        history = "".join(map(_row, case["history"]))
        return (
            f"<section><h1 id='{case['number']}'>{case['code']}　{escape(case['address'])}</h1>"
            f"<table class=result>{_columns((25, 80, 25, 45))}<tr><td>{case['number']}"
            f"<td>{self.content['sheet_title']}<td>{case['total']}点"
            f"<td class={judged}>{case['judgement']}</table>"
            f"<h2>物件の概要</h2>{_labelled([('所在', case['address'])])}"
            f"<table>{_columns((look.LABEL, half, look.LABEL, half))}{facts}</table>"
            f"{_labelled(case['wide_facts'])}"
            f"<h2>判定の結果</h2>{_prose('・' + each for each in case['reasons'])}"
            f"<h2>判定表</h2>{_scores(case)}<h2>調査所見</h2>{_prose(case['notes'])}"
            f"<h2>現況写真</h2>{self._photos(case['photos'])}"
            f"<h2>所有者等調査</h2>{_labelled(case['owner'])}"
            f"<h2>経緯</h2><table>{_columns(look.HISTORY)}{history}</table>"
            f"<h2>周辺への影響</h2>{_prose(case['surroundings'])}"
            f"<h2>事務局案</h2><p class=box>{escape(case['proposal'])}{self._decision()}</section>"
        )

    def _photos(self, photos):
        rows = []
        for start in range(0, len(photos), 2):
            pair = "".join(self._photo(photo) for photo in photos[start : start + 2])
            rows.append(f"<div class=pair>{pair}</div>")
        return "".join(rows)

    def _photo(self, photo):
        width, height = look.fitted(photo["size"])
        lines = "".join(f"<div>{escape(line)}</div>" for line in photo["lines"])
        return (
            f"<div class=photo><div class=cell><img src='{self.photos}/{photo['file']}' "
            f"style='width:{width:.2f}mm;height:{height:.2f}mm'></div>"
            f"<b>{escape(photo['head'])}</b>{lines}</div>"
        )

    def _decision(self):
        choices = "　　".join(f"□ {each}" for each in self.content["decisions"])
        roles = "".join(f"<td>{role}" for role in self.content["stamps"])
        blank = "<td>" * len(self.content["stamps"])
        return (
            "<div class=decision><h2>委員会意見・決定欄</h2>"
            f"<table class=stamps><tr>{roles}<tr class=seal>{blank}</table>"
            f"<table class=choices>{_columns((25, 98))}<tr><th>決定<td>{choices}"
            "<tr><th>決定年月日<td>令和　　　年　　　月　　　日</table>"
            f"<table class=opinion>{_columns((25, 150))}<tr><th>意見・理由<td></table></div>"
        )


def _scores(case):
    rows = []
    for category in case["table"]:
        cut = " class=red" if category["cut"] else ""
        rows.append(
            f"<tr class=category><td colspan=2>{escape(category['name'])}"
            f"<td colspan=2>{category['cap']}<td{cut}>{category['points']}"
        )
        for item in category["items"]:
            code, label, found, source, points = map(escape, item["cells"])
            scored = " class=scored" if item["scored"] else ""
            rows.append(f"<tr{scored}><td>{code}<td>{label}<td>{found}<td>{source}<td>{points}")
    rows.append(
        f"<tr class=category><td colspan=2>合計<td colspan=2>{case['total_note']}<td>{case['total']}"
    )
    head = f"<thead>{_row(look.SCORE_HEAD)}</thead>"
    return f"<table class=scores>{_columns(look.SCORE)}{head}{''.join(rows)}</table>"


def _labelled(rows):
    cells = "".join(f"<tr><th>{label}<td>{escape(text)}" for label, text in rows)
    return f"<table>{_columns((look.LABEL, look.WIDTH - look.LABEL))}{cells}</table>"


def _columns(widths):
    return "".join(f"<col style='width:{width}mm'>" for width in widths)


def _row(texts):
    return "<tr>" + "".join(f"<td>{escape(text)}" for text in texts)


def _prose(texts):
    return "".join(f"<p>{escape(text)}" for text in texts)


_STYLE = """
@font-face { font-family: biz; src: url(file://@@regular) }
@font-face { font-family: biz; font-weight: bold; src: url(file://@@bold) }
@page { size: A4; margin: 21mm 15mm 18mm 20mm;
  @bottom-left { content: "@@meeting"; font: 7.4pt biz; color: #5c6673 }
  @bottom-right { content: "p. " counter(page) "/" counter(pages); font: 7.4pt biz; color: #5c6673 } }
@page :first { @bottom-left { content: none } @bottom-right { content: none } }
html { font: 9.2pt/14.6pt biz; color: #171c24 }
body, p { margin: 0 }
section { break-after: page }
h1, .title { font-size: 16pt; line-height: 22pt; color: #1b3a63; margin: 0 0 4pt; font-weight: bold }
h1 { bookmark-level: 1 }
h2 { font-size: 10pt; color: #1b3a63; margin: 8pt 0 4pt; break-after: avoid; bookmark-level: none }
table { border-collapse: collapse; table-layout: fixed; width: 175mm; font-size: 8.5pt; line-height: 11.8pt }
td, th { border: 0.4pt solid #9ea8b5; padding: 2.6pt 5pt; vertical-align: middle; text-align: left }
th { background: #ecf1f6; color: #1b3a63; font-size: 8pt }
thead td { background: #1b3a63; color: white; font-weight: bold; font-size: 8pt }
.cover .big { margin-top: 70mm; font-size: 27pt; line-height: 38pt; font-weight: bold; color: #1b3a63 }
.cover .subtitle { font-size: 15pt; line-height: 22pt; margin-bottom: 10mm }
.notice { margin-top: 20mm }
.contents a { display: block; font-size: 8.5pt; color: inherit; text-decoration: none; clear: both }
.contents span { display: inline-block; width: 105mm }
.contents i { display: inline-block; width: 28mm; text-align: right; font-style: normal }
.contents a::after { content: leader(".") target-counter(attr(href), page) }
.result { font-size: 11pt; font-weight: bold }
.red { color: #b81c1c } .navy { color: #1b3a63 }
.category { background: #ecf1f6; font-weight: bold }
.scores td:last-child { text-align: right }
.scored td:nth-child(2) { font-weight: bold }
.scores tbody tr:not(.category) td:nth-child(4) { font-size: 6.6pt; color: #5c6673 }
.pair { break-inside: avoid; display: flow-root; padding-bottom: 7pt }
.photo { float: left; width: 87.5mm; font-size: 7pt; line-height: 9.6pt; color: #5c6673 }
.photo b { font-size: 8.5pt; line-height: 12pt; color: #171c24 }
.cell { width: 84mm; height: 63mm; background: #f6f8fb; outline: 0.4pt solid #9ea8b5; text-align: center }
.cell img { display: block; margin: auto }
.box { border: 0.4pt solid #9ea8b5; background: #f6f8fb; padding: 5pt }
.decision { break-inside: avoid }
.stamps { width: auto; float: right; font-size: 7.2pt; text-align: center }
.stamps td { width: 16mm; box-sizing: border-box; height: 5.3mm } .stamps .seal td { height: 16.7mm }
.choices { width: 123mm } .choices td { height: 11mm; box-sizing: border-box }
.opinion { margin-top: 3mm; clear: both } .opinion td { height: 20mm; box-sizing: border-box }
"""
