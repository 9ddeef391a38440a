"""Rows of figures, their reach, and how they are shown."""
import statistics
from dataclasses import dataclass, field

COLUMNS = ("floor", "jouleprint", "codecarbon", "carbontracker")


@dataclass
class Row:
    """One question and everybody's answer: numbers in `unit`, or a word why there are none."""
    title: str
    unit: str
    answers: dict = field(default_factory=dict)
    reach: float = None
    at_least: bool = False   # the reach is a lower bound
    signed: bool = False     # an error, which may have either sign: its size counts
    decimals: int = 1

    def add(self, column, value):
        self.answers.setdefault(column, []).append(value)

    def deciding(self, column):
        """The one figure of a contestant that is held against the reach."""
        values = self.answers.get(column)
        if not isinstance(values, list) or not values:
            return None
        return statistics.median(map(abs, values) if self.signed else values)

    def met(self):
        figure = self.deciding("jouleprint")
        if self.reach is None or figure is None:
            return None
        return figure >= self.reach if self.at_least else figure < self.reach

    def as_json(self):
        columns = {}
        for column, values in self.answers.items():
            if isinstance(values, list):
                columns[column] = {"median": statistics.median(values), "min": min(values), "max": max(values),
                                   "n": len(values), "values": values}
            else:
                columns[column] = {"absent": values}
        return {"title": self.title.strip(), "unit": self.unit, "answers": columns, "reach": self.reach,
                "reach_is": "at least" if self.at_least else "below", "met": self.met()}

    def cells(self):
        answers = (self._cell(column) for column in COLUMNS)
        return [f"{self.title}, {self.unit}", *answers, self._reach_cell(), self._verdict()]

    def _cell(self, column):
        values = self.answers.get(column)
        if values is None:
            return "-"
        if isinstance(values, str):
            return values
        if len(values) == 1:
            return f"{values[0]:.{self.decimals}f}"
        other = max(values, key=abs) if self.signed else min(values)
        return f"{self.deciding(column):.{self.decimals}f} ({other:.{self.decimals}f}) n={len(values)}"

    def _reach_cell(self):
        if self.reach is None:
            return ""
        return f"{'>=' if self.at_least else '<'} {self.reach:g} {self.unit}"

    def _verdict(self):
        return {True: "yes", False: "NO", None: ""}[self.met()]


def show(rows):
    header = ["", *COLUMNS, "reach", "met"]
    lines = [header, *(row.cells() for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(header))]
    for line in lines:
        cells = (cell.rjust(width) for cell, width in zip(line[1:], widths[1:]))
        print("  ".join([line[0].ljust(widths[0]), *cells]).rstrip())
