"""OpenFisca-Core with both ranks computed: that of the request within its offer, and the final one.

Its own `get_rank` ranks the members of a group one place after the other, equal ones apart. These ranks are made of what
its formulas are made of, numpy: a key for each candidate, in 64 bits with its number within the offer, sorted offer by
offer."""

import numpy

from by_openfisca import FORMULAS, OpenFisca
from stage import serve

POOL = 245
MOST = 2_000  # points: more than any total


def by_offers(keys, numbers):
    """Sorts the keys of each offer. Shapes: an offer a row; the keys, and the numbers that they are of."""
    packed = (keys.astype(numpy.int64) << 8 | numbers).reshape(-1, min(POOL, len(keys)))
    packed.sort(axis=1)
    return packed >> 8, packed & 255


def placed(numbers, ranks):
    """Gives each candidate its rank."""
    placed = numpy.empty_like(ranks)
    numpy.put_along_axis(placed, numbers, ranks, axis=1)
    return placed.ravel()


def rank(of):
    dates, numbers = by_offers(of("requested"), of("number"))
    places = numpy.arange(dates.shape[1])
    starts = numpy.ones(dates.shape, dtype=bool)
    starts[:, 1:] = dates[:, 1:] != dates[:, :-1]
    return placed(numbers, numpy.maximum.accumulate(numpy.where(starts, places, 0), axis=1) + 1)


def place(of):
    eligible = of("eligible")
    total = (MOST - of("total")).astype(numpy.int64)
    keys = (1 - eligible).astype(numpy.int64) << 40 | total << 26 | of("requested")
    _, numbers = by_offers(keys, of("number"))
    ranks = numpy.broadcast_to(numpy.arange(1, numbers.shape[1] + 1), numbers.shape)
    return placed(numbers, ranks) * eligible


class Ranked(OpenFisca):
    kept_out = ("offer", "rank")
    formulas = {"rank": rank, **FORMULAS, "place": place}
    said = (*FORMULAS, "place")
    asked = ("total", "eligible", "place")


if __name__ == "__main__":
    serve(Ranked())
