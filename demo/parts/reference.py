"""Reference rows: sources, rules of law and standards, facility categories."""

from demo.parts import DemoOptions


def load(options: DemoOptions) -> str:
    return ""
