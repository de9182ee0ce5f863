"""Measures over a whole country on the workers of a Dask cluster, this machine's by default."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from distributed import Client, LocalCluster, as_completed

from common.errors import Refusal
from facilities.domain.national import CountyPart, Floats, nearest_in_county

# How often a part may be begun again because the worker that had it was lost.
RETRIES = 5
# Counties that go together: each is a matter of milliseconds, less than it takes to hand it over.
BATCH = 100
TIMEOUT_S = 20


class NoScheduler(Refusal):
    template = "There is no Dask scheduler at %(address)s."


@contextmanager
def cluster(*, address: str = "", workers: int = 2) -> Iterator[Client]:
    """A client of the scheduler at ``address`` (the setting DASK_SCHEDULER), or of one started
    here with ``workers`` processes and ended afterwards. Raises :class:`NoScheduler`."""
    if address:
        try:
            client = Client(address, timeout=TIMEOUT_S)
        except (OSError, ValueError):
            raise NoScheduler(address=address) from None
        with client:
            yield client
        return
    with (
        LocalCluster(
            n_workers=workers, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
        ) as local,
        Client(local) as client,
    ):
        yield client


def measure_country(
    *,
    client: Client,
    parts: Sequence[CountyPart],
    facilities: Floats,
    at_least: int = 1,
    report: Any = None,
    batch: int = BATCH,
) -> list[Floats]:
    """:func:`facilities.domain.national.nearest_in_county` of every part, in their order.

    A part whose worker is lost is measured again by another; ``report(done, all)`` hears how
    many are there; ``batch`` of them go to a worker together. What a part refuses is raised here.
    """
    # As a task of its own the facilities are sent once to each worker, and again to the next if
    # all that have them are lost; what is merely scattered is gone with its workers.
    everywhere = client.submit(_kept, facilities, retries=RETRIES, pure=False)
    groups = [list(parts[at : at + batch]) for at in range(0, len(parts), batch)]
    futures = client.map(
        _several, groups, facilities=everywhere, at_least=at_least, retries=RETRIES, pure=False
    )
    place = {future.key: at for at, future in enumerate(futures)}
    answers: list[list[Floats]] = [[] for _ in groups]
    done = 0
    # Fetched as they come, so that what is done cannot be lost with its worker any more.
    for future, answer in as_completed(futures, with_results=True):
        answers[place[future.key]] = answer
        done += len(answer)
        if report is not None:
            report(done, len(parts))
    return [one for group in answers for one in group]


def _several(parts: Sequence[CountyPart], facilities: Floats, at_least: int) -> list[Floats]:
    return [nearest_in_county(part, facilities, at_least) for part in parts]


def _kept(facilities: Floats) -> Floats:
    return facilities
