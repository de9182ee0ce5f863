"""Arrows of a face: which way they point, and their outline."""

from signage.domain.face.shapes import Box

LEFT, RIGHT, BOTH, AHEAD, BACK = "left", "right", "both", "ahead", "back"
_ARROWS = {
    LEFT: "←⇐◀◄⬅⟵",
    RIGHT: "→⇒▶►➡⟶",
    BOTH: "↔⇔⟷",
    AHEAD: "↑⇑▲⬆",
    BACK: "↓⇓▼⬇",
}
_POINTS = {
    # A shaft with a head, in a unit square.
    RIGHT: ((0, 0.38), (0.55, 0.38), (0.55, 0.16), (1, 0.5), (0.55, 0.84), (0.55, 0.62), (0, 0.62)),
    BOTH: (
        (0, 0.5),
        (0.3, 0.2),
        (0.3, 0.39),
        (0.7, 0.39),
        (0.7, 0.2),
        (1, 0.5),
        (0.7, 0.8),
        (0.7, 0.61),
        (0.3, 0.61),
        (0.3, 0.8),
    ),
}


def read_arrow(text: str) -> tuple[str, str]:
    """Which way an arrow points, "" where only words say it, and the words beside it.

    ``←西`` is an arrow to the left with the word 西; ``E→W`` one to the right between two.
    """
    way = ""
    words = []
    for character in text.replace("\ufe0f", ""):
        found = next((key for key, shown in _ARROWS.items() if character in shown), "")
        if not found:
            words.append(character)
        elif {way, found} == {LEFT, RIGHT}:
            way = BOTH
        else:
            way = way or found
    return way, " ".join("".join(words).split())


def outline(way: str, box: Box) -> tuple[tuple[float, float], ...]:
    """The outline of an arrow that fills a box."""
    points = _POINTS[BOTH if way == BOTH else RIGHT]
    if way == LEFT:
        points = tuple((1 - x, y) for x, y in points)
    elif way == AHEAD:
        points = tuple((y, 1 - x) for x, y in points)
    elif way == BACK:
        points = tuple((y, x) for x, y in points)
    return tuple((box.x + x * box.width, box.y + y * box.height) for x, y in points)
