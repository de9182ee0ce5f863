"""The past of Guangdong's divisions since 1980 (with --all: of the country's), from code lists."""

from boundaries.importers.published_lists import (
    read_code_lists,
    read_collected_changes,
    read_documented_acts,
)
from boundaries.operations.history import HistoryIsThere, load_history
from demo.parts import DemoOptions


def load(options: DemoOptions) -> str:
    options.report("following the code lists since 1980-12")
    try:
        report = load_history(
            lists=read_code_lists(),
            collected=read_collected_changes(),
            documented=read_documented_acts(),
            within="" if options.everything else "44",
        )
    except HistoryIsThere:
        return "loaded before by load_history"
    return (
        f"{report.lists} lists, {report.versions} versions, {report.events} events, "
        f"{len(report.disagreements)} disagreements between lists and collected changes"
    )
