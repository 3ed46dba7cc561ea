"""OpenFisca-Core: a variable for each line, over the vectors of all the candidates. The rank of the request is given;
`by_openfisca_ranks.py` has both ranks computed.

Its trace is that of a simulation that keeps every variable it computed."""

import sys

import numpy
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from stage import Population, serve

ROWS = 490_000
ALONE = 20
PERIOD = "2019-10"
TODAY = 20191015
DWELLINGS = numpy.array([60, 50, 45, 35, 30, 25, 10, 0], dtype=numpy.int32)
CEILINGS = numpy.array([20870, 27870, 33516, 40462, 47599, 53644], dtype=numpy.int32)


def effort(of):
    rent, income = of("rent") * 100, of("income")
    outside = numpy.maximum(numpy.maximum(rent - 33 * income, 26 * income - rent), 0)
    return numpy.maximum(40 - 4 * ((outside + income - 1) // income), 0)


def waiting(of):
    waited = TODAY - of("requested")
    bounds = [waited < 20000, waited < 30000, waited < 50000, waited < 80000]
    return numpy.select(bounds, [0, 5, 10, 20], 30)


def settled(of):
    long_hired = (of("situation") == 0) & (TODAY - of("hired") >= 20000)
    return long_hired | (of("situation") == 5)


def either(condition, points):
    return numpy.where(condition, points, 0)


def added(*names):
    return lambda of: sum(of(name) for name in names)


def at_most(most, *names):
    return lambda of: numpy.minimum(sum(of(name) for name in names), most)


ALS = ("age", "mobility", "effort", "refused_by_board", "declined_dwelling", "seniority")
FORMULAS = {
    "age": lambda of: either(TODAY - of("born") < 300000, 70),
    "mobility": lambda of: either(of("moved") >= 70, 70),
    "effort": effort,
    "refused_by_board": lambda of: either(of("turned_down"), 40),
    "declined_dwelling": lambda of: either(of("declined"), -40),
    "seniority": lambda of: numpy.maximum(21 - of("rank"), 0),
    "als": lambda of: numpy.clip(sum(of(name) for name in ALS), 0, 240),
    "base": lambda of: either(
        of("shared") & of("validated") & (of("contributes") | of("compensated")), 240
    ),
    "a": lambda of: either(of("shared") & (of("recruited_far") | (of("commute") > 40)), 166),
    "b": lambda of: either(of("shared") & settled(of), 80),
    "c": lambda of: either(of("shared") & (of("disabled") | (of("dependants") >= 2)), 34),
    "company": at_most(520, "base", "a", "b", "c"),
    "balance": lambda of: either(of("category") == 1, 240),
    "housed": lambda of: DWELLINGS[of("dwelling")],
    "recognised": lambda of: either(of("priority"), 50),
    "waiting": waiting,
    "territory": at_most(100, "housed", "recognised", "waiting"),
    "total": added("als", "company", "balance", "territory"),
    "eligible": lambda of: either(
        of("taxed") <= CEILINGS[numpy.minimum(of("household"), 6) - 1], 1
    ),
}


def variable(name, kind, person, compute=None):
    told = {"value_type": kind, "entity": person, "definition_period": DateUnit.MONTH, "label": name}
    if compute is not None:
        told["formula"] = lambda people, period: compute(lambda other: people(other, period))
    return type(name, (Variable,), told)


def system(population, formulas):
    person = build_entity("candidate", "candidates", "", "", is_person=True)
    role = {"key": "applicant", "plural": "applicants", "label": "", "doc": ""}
    offer = build_entity("offer", "offers", "", "", roles=[role])
    rules = TaxBenefitSystem([person, offer])
    for name in population.given:
        kind = bool if name in population.flags else int
        rules.add_variable(variable(name, kind, person))
    rules.add_variable(variable("shared", bool, person, lambda of: of("choice") != 0))
    for name, compute in formulas.items():
        rules.add_variable(variable(name, int, person, compute))
    return rules


class OpenFisca:
    kept_out = ("offer", "number")
    formulas = FORMULAS
    said = tuple(FORMULAS)
    asked = ("total", "eligible")

    def __init__(self):
        self.population = Population(sys.argv[1], ROWS)
        assert self.population.today == TODAY
        columns = self.population.columns
        self.population.given = [name for name in columns if name not in self.kept_out]
        self.rules = system(self.population, self.formulas)

    def simulated(self, rows, trace=False):
        simulation = SimulationBuilder().build_default_simulation(self.rules, count=rows)
        simulation.trace = trace
        for name in self.population.given:
            simulation.set_input(name, PERIOD, self.population.columns[name][:rows])
        for name in self.asked:
            simulation.calculate(name, PERIOD)
        return simulation

    def say(self):
        simulation = self.simulated(self.population.rows)
        return numpy.stack([simulation.calculate(name, PERIOD) for name in self.said], axis=1)

    def batch(self):
        self.simulated(self.population.rows)
        return self.population.rows

    def single(self):
        for _ in range(ALONE):
            self.simulated(1)
        return ALONE

    def traced(self):
        for _ in range(ALONE):
            self.simulated(1, trace=True)
        return ALONE

    def compile(self):
        system(self.population, self.formulas)
        return 1


if __name__ == "__main__":
    serve(OpenFisca())
