"""HiGHS: a mixed integer program in, the answer with its bound out."""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_matrix, diags, vstack

from facilities.domain.siting.table import Floats

# Loaded with the first model, not with every process that knows of siting.
if TYPE_CHECKING:
    import highspy

Seen = Callable[[float, float], bool]
# Entries of a program whose first relaxation may take so long that somebody wants to stop it.
LARGE = 100_000
ASKED_EVERY_S = 0.25
# So soon a search ends that is told to, beyond that relaxation.
ENDS_S = 2.0
# Where the greatest number of a row or among the prices lies outside, it is brought to 1.
FITTING = (1.0, 2.0**40)


@dataclass(slots=True, eq=False)
class Program:
    """Minimise ``prices · x + offset`` with ``low <= rows x <= high`` and ``0 <= x <= upper``;
    the first ``whole`` variables are whole numbers."""

    prices: Floats
    upper: Floats
    whole: int
    rows: csr_matrix
    low: Floats
    high: Floats
    offset: float = 0.0
    lower: Floats | None = None


@dataclass(slots=True, eq=False)
class Answer:
    """``values`` is None where none was found; ``bound`` is below every answer (infinite where
    there is none at all); ``finished`` unless time ran out or somebody stopped it."""

    values: Floats | None
    bound: float
    finished: bool


def solve(
    program: Program,
    *,
    seconds: float,
    seed: int = 0,
    start: Floats | None = None,
    step: float = 0.0,
    seen: Seen | None = None,
) -> Answer:
    """Solve to the end or until ``seconds`` are over. Answers cost multiples of ``step`` (0: any
    cost). ``seen`` gets (cost, bound) on the way, infinite while unknown, never twice at once; if
    it returns True the solver stops."""
    import highspy

    program, unit = _fitting(program)
    step, seen = step / unit, _in_units(seen, unit)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    settings: dict[str, Any] = {
        "output_flag": False,
        "threads": 1,
        "random_seed": seed % 2**31,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 0.999 * step if step else 1e-9,
        "time_limit": max(seconds, 0.01),
    }
    for name, value in settings.items():
        solver.setOptionValue(name, value)
    solver.passModel(_model(program))
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        solver.setSolution(solution)
    if seen is not None and program.rows.nnz >= LARGE:
        if not _run_beside(solver, seen):
            return Answer(None, -math.inf, False)
    else:
        if seen is not None:
            _listen(solver, seen)
        solver.run()
    answer = _answer(solver)
    return replace(answer, bound=answer.bound * unit)


def _fitting(program: Program) -> tuple[Program, float]:
    """The same program in units that suit the solver, and the unit of its prices. It allows any
    row to fail by 1e-6 and takes 1e20 for infinite. Powers of 2 change no digit."""
    rows, unit = program.rows, float(_units(np.abs(program.prices).max(initial=0.0)))
    units = _units(abs(rows).max(axis=1).toarray().ravel())
    if unit == 1.0 and (units == 1.0).all():
        return program, unit
    fitting = replace(
        program,
        prices=program.prices / unit,
        offset=program.offset / unit,
        rows=csr_matrix(diags(1 / units) @ rows),
        low=program.low / units,
        high=program.high / units,
    )
    return fitting, unit


def _units(greatest: Any) -> Any:
    least, most = FITTING
    far = (greatest > 0) & ((greatest < least) | (greatest > most))
    return np.where(far, np.ldexp(1.0, np.frexp(greatest)[1]), 1.0)


def _in_units(seen: Seen | None, unit: float) -> Seen | None:
    if seen is None or unit == 1.0:
        return seen
    return lambda cost, bound: seen(cost * unit, bound * unit)


def _run_beside(solver: "highspy.Highs", seen: Seen) -> bool:
    """Whether it ran to its end. HiGHS asks nobody during the first relaxation, which may take a
    minute: whoever stops it then need not wait. It is left alone and ends at its next question."""
    turn, left = Lock(), False

    def alone(cost: float, bound: float) -> bool:
        with turn:
            return left or seen(cost, bound)

    _listen(solver, alone)
    other = ThreadPoolExecutor(max_workers=1)
    running = other.submit(solver.run)
    try:
        while not wait([running], ASKED_EVERY_S).done:
            if alone(math.inf, -math.inf) and not wait([running], ENDS_S).done:
                return False
        running.result()
        return True
    finally:
        left = True
        other.shutdown(wait=False)


def _model(program: Program) -> "highspy.HighsLp":
    import highspy

    model = highspy.HighsLp()
    rows = program.rows
    count = len(program.prices)
    model.num_col_, model.num_row_ = count, rows.shape[0]
    model.col_cost_ = program.prices
    model.col_lower_ = np.zeros(count) if program.lower is None else program.lower
    model.col_upper_ = program.upper
    model.row_lower_ = np.where(np.isneginf(program.low), -highspy.kHighsInf, program.low)
    model.row_upper_ = np.where(np.isposinf(program.high), highspy.kHighsInf, program.high)
    model.offset_ = program.offset
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = rows.indptr.astype(np.int32)
    model.a_matrix_.index_ = rows.indices.astype(np.int32)
    model.a_matrix_.value_ = rows.data.astype(np.float64)
    kinds = [highspy.HighsVarType.kInteger] * program.whole
    model.integrality_ = kinds + [highspy.HighsVarType.kContinuous] * (count - program.whole)
    return model


def _listen(solver: "highspy.Highs", seen: Seen) -> None:
    def tell(event: Any) -> None:
        out = event.data_out
        if seen(_finite(out.mip_primal_bound), _finite(out.mip_dual_bound)):
            event.interrupt()

    solver.cbMipInterrupt.subscribe(tell)
    solver.cbMipImprovingSolution.subscribe(tell)


def _finite(value: float) -> float:
    return value if abs(value) < 1e29 else math.copysign(math.inf, value)


def _answer(solver: "highspy.Highs") -> Answer:
    import highspy

    status = solver.getModelStatus()
    if status in (
        highspy.HighsModelStatus.kInfeasible,
        highspy.HighsModelStatus.kUnboundedOrInfeasible,
    ):
        return Answer(None, math.inf, True)
    info = solver.getInfo()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    solution = solver.getSolution()
    values = np.array(solution.col_value) if found else None
    finished = status == highspy.HighsModelStatus.kOptimal
    return Answer(values, _finite(info.mip_dual_bound), finished)


def stack(parts: list[csr_matrix]) -> csr_matrix:
    return csr_matrix(vstack(parts, format="csr"))
