"""Small readers of parameters that several rules share."""

from dataclasses import dataclass

from signage.domain.rules.registry import FAIL, PASS, UNKNOWN, Judgement, Parameters


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds of a measure, None where it is open; ``text`` is what a finding expects."""

    least: float | None
    most: float | None
    text: str

    @classmethod
    def read(cls, values: Parameters) -> "Range":
        least, most = values.get("min"), values.get("max")
        if least is None and most is None:
            raise KeyError("min or max")
        return cls(
            None if least is None else float(least),
            None if most is None else float(most),
            f"{least}–{most}"
            if least is not None and most is not None
            else (f"≤ {most}" if least is None else f"≥ {least}"),
        )

    def judge(self, value: float | None) -> Judgement:
        if value is None:
            return UNKNOWN, None, self.text
        low = self.least is not None and value < self.least
        high = self.most is not None and value > self.most
        return FAIL if low or high else PASS, value, self.text


def nothing(values: Parameters) -> None:
    """A rule without parameters of its own."""
    return None


def words(name: str, values: Parameters) -> frozenset[str]:
    """A list of words; a single string is a mistake, not a list of letters."""
    if isinstance(values[name], str):
        raise TypeError(f"{name} is a list")
    return frozenset(str(word) for word in values[name])
