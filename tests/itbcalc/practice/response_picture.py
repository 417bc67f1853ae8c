"""Draws the picture of docs/practice-model.md: the response of 300 virtual patients to a screening bolus, beside what was published.

QT_QPA_PLATFORM=offscreen python -m tests.itbcalc.practice.response_picture docs/pictures/response.png
"""

import sys
from pathlib import Path

import pyqtgraph as pg
from PySide6.QtWidgets import QApplication

from itbcalc.practice.parameters import NOT_VALIDATED
from itbcalc.practice.response import DOSES, PEOPLE, STAGES, Response, response
from ui.theme import LIGHT

WIDTH, HEIGHT = 1290, 620
HOURS = 24
MOST_SHARE = 16  # per cent: the drowsy after 100 mcg and the published bound have room
DROWSY_BOUND = 11  # per cent: of 72 screened 64 were implanted
# H/M after 50 mcg by puncture: hours, share of the baseline, source.
SEEN = ((1, 0.23, "PM22595326"), (5, 0.23, "PM16181946"))
SEEN_MEAN = (1, 6, 0.09)  # from, to, the mean: PM22595326
_LINE = {"color": LIGHT.accent, "width": 2}
_PUBLISHED = {"color": LIGHT.stop, "width": 2}


def draw(responses: tuple[Response, ...]) -> pg.GraphicsLayoutWidget:
    """Above the reflex over a day, below how many came to what; a column a dose."""
    pg.setConfigOptions(antialias=True, background=LIGHT.card, foreground=LIGHT.text)
    made = pg.GraphicsLayoutWidget(show=False, size=(WIDTH, HEIGHT))
    for column, each in enumerate(responses):
        _draw_reflex(made.addPlot(row=0, col=column), each)
        _draw_shares(made.addPlot(row=1, col=column), each)
    for row, words in enumerate(_caption(), start=2):
        made.addLabel(words, row=row, col=0, colspan=len(responses), size="9pt")
    for row, stretch in ((0, 5), (1, 4)):
        made.ci.layout.setRowStretchFactor(row, stretch)
    return made


def _caption() -> tuple[str, ...]:
    return (
        f"{PEOPLE} virtual patients drawn. Blue: the model, the middle patient and from the tenth to the ninetieth of a hundred.",
        "Red: published. H/M 1 h and over 1 to 6 h after 50 mcg (PM22595326), 5 h after (PM16181946); drowsy, at most (PM22151522).",
        NOT_VALIDATED,
    )


def _draw_reflex(plot: pg.PlotItem, each: Response) -> None:
    low, middle, high = each.reflex
    edges = [pg.PlotDataItem(each.hours, edge, pen=pg.mkPen(LIGHT.accent, width=0.5)) for edge in (low, high)]
    plot.addItem(pg.FillBetweenItem(*edges, brush=pg.mkBrush(LIGHT.selected)))
    for edge in edges:
        plot.addItem(edge)
    plot.plot(each.hours, middle, pen=pg.mkPen(**_LINE))
    if each.mcg == DOSES[0]:
        plot.plot(
            [hour for hour, _, _ in SEEN],
            [share for _, share, _ in SEEN],
            pen=None,
            symbol="d",
            symbolBrush=LIGHT.stop,
            symbolPen=None,
            symbolSize=11,
        )
        begin, end, mean = SEEN_MEAN
        plot.plot([begin, end], [mean, mean], pen=pg.mkPen(**_PUBLISHED))
    plot.setTitle(f"{each.mcg} mcg by puncture")
    plot.setLabel("left", "H/M, share of the baseline")
    plot.setLabel("bottom", "hours after the bolus")
    plot.setXRange(0, HOURS)
    plot.setYRange(0, 1)


def _draw_shares(plot: pg.PlotItem, each: Response) -> None:
    shares = [100 * float(each.share(stage)) for stage in STAGES]
    plot.addItem(pg.BarGraphItem(x=range(len(STAGES)), height=shares, width=0.6, brush=LIGHT.accent))
    for place, share in enumerate(shares):
        label = pg.TextItem(f"{share:.1f} %", color=LIGHT.text, anchor=(0.5, 1))
        label.setPos(place, share)
        plot.addItem(label)
    plot.plot([-0.4, 0.4], [DROWSY_BOUND, DROWSY_BOUND], pen=pg.mkPen(**_PUBLISHED))
    plot.getAxis("bottom").setTicks([[(place, stage.words) for place, stage in enumerate(STAGES)]])
    plot.setLabel("left", "% of 300, or worse")
    plot.setXRange(-0.5, len(STAGES) - 0.5)
    plot.setYRange(0, MOST_SHARE)


if __name__ == "__main__":
    app = QApplication([])
    drawn = draw(tuple(response(mcg) for mcg in DOSES))
    drawn.resize(WIDTH, HEIGHT)
    app.processEvents()
    drawn.grab().save(str(Path(sys.argv[1])))
    drawn.deleteLater()
    app.processEvents()
