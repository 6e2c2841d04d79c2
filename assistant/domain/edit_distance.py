"""How far a person's text is from the one proposed: Levenshtein distance in characters, bit-parallel.

Source: Myers, A fast bit-vector algorithm for approximate string matching (1999), in the form of Hyyrö (2003).
"""

from __future__ import annotations


def edit_distance(left: str, right: str) -> int:
    """Insertions, deletions and replacements of one character. O(len(left) * len(right) / word size)."""
    if not left or not right:
        return len(left) or len(right)
    size = len(left)
    whole, top = (1 << size) - 1, 1 << (size - 1)
    places = _places(left)
    rising, falling, distance = whole, 0, size
    for character in right:
        equal = places.get(character, 0)
        diagonal = ((((equal & rising) + rising) ^ rising) | equal | falling) & whole
        up = falling | (~(diagonal | rising) & whole)
        down = rising & diagonal
        distance += bool(up & top) - bool(down & top)
        up, down = ((up << 1) | 1) & whole, (down << 1) & whole
        rising, falling = down | (~(diagonal | up) & whole), up & diagonal
    return distance


def _places(text: str) -> dict[str, int]:
    """A bit per place at which a character stands."""
    found: dict[str, int] = {}
    for at, character in enumerate(text):
        found[character] = found.get(character, 0) | 1 << at
    return found
