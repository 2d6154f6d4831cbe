"""A card's picture is kept, and never shows what was so before."""

from dataclasses import replace
from itertools import pairwise

from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from projector.jobs.similar import Find
from projector.ui.theme import load_theme
from projector.ui.widgets.similar_cards import CardsModel, SimilarCards

QUERY = Find(1, 1, 3.0, 4.0, 0.0, 1.0, 3.0, 4.0, (9.0, 8.0, 9.0, 9.0), (10.0, 14.0, 11.0, 10.0))
FIND = replace(QUERY, ride=2, score=0.5, low=(8.0, None, 9.0, 9.0), high=(20.0, None, 10.0, 9.5))
OTHER = replace(FIND, high=(11.0, None, 20.0, 12.0))


def cards(qtbot: QtBot) -> SimilarCards:
    cards = SimilarCards(CardsModel(None), load_theme("dark"))
    qtbot.addWidget(cards)
    cards.resize(500, 200)
    return cards


def painted(cards: SimilarCards) -> QImage:
    return cards.grab().toImage()


def test_a_card_is_as_if_painted_for_the_first_time(qtbot: QtBot) -> None:
    looks = []
    kept = cards(qtbot)
    for find, label, slot, chosen, theme, size in (
        (FIND, "fall", 0, frozenset(), "dark", (500, 200)),
        (FIND, "fall", 0, frozenset({0}), "dark", (500, 200)),
        (FIND, "braking", 1, frozenset({0}), "dark", (500, 200)),
        (FIND, "braking", 1, frozenset({0}), "light", (500, 200)),
        (OTHER, "braking", 1, frozenset({0}), "light", (500, 200)),
        (OTHER, "braking", 1, frozenset({0}), "light", (300, 150)),
    ):
        looks.append([])
        for one in (kept, cards(qtbot)):
            one.model().show(QUERY, ((find, "ride_2", label, slot),), chosen)
            one.set_theme(load_theme(theme))
            one.resize(*size)
            looks[-1].append(painted(one))
    assert all(old == new for old, new in looks)
    assert all(before[0] != after[0] for before, after in pairwise(looks))
