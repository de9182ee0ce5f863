"""Demands handed out as a whole to open sites with so much room."""

import math
from dataclasses import dataclass, field

SHIFTS = 3


@dataclass(slots=True)
class Packing:
    """The pairs of a demand (``row``) stand from ``starts[row]`` on, cheapest first: ``slots`` are
    their open sites, ``costs`` what they cost; ``loads`` is what each row takes, ``left`` the room
    of each slot. ``served``: row → its pair. Memory views, for they are read one by one."""

    starts: memoryview
    slots: memoryview
    costs: memoryview
    loads: memoryview
    left: list[float]
    served: dict[int, int] = field(default_factory=dict)

    def fill(self, order: list[int]) -> None:
        """In this order, each to the cheapest site that has room."""
        for row in order:
            self._take(row, below=math.inf)

    def shift(self, order: list[int]) -> None:
        """Move single demands to a cheaper site with room for them."""
        for _ in range(SHIFTS):
            moved = False
            for row in order:
                now = self.served.get(row)
                moved |= self._take(row, below=math.inf if now is None else self.costs[now])
            if not moved:
                return

    def _take(self, row: int, *, below: float) -> bool:
        """Serve the row by the cheapest pair that costs less and has room; whether there is one."""
        load = self.loads[row]
        for pair in range(self.starts[row], self.starts[row + 1]):
            if self.costs[pair] >= below:
                break
            slot = self.slots[pair]
            if self.left[slot] >= load:
                if row in self.served:
                    self.left[self.slots[self.served[row]]] += load
                self.left[slot] -= load
                self.served[row] = pair
                return True
        return False
