"""DuckDB: one query over a table in memory, both ranks by its windows, the result in another table."""

import sys

import duckdb
import numpy

from stage import Population, serve

ROWS = 490_000
ALONE = 20

QUERY = """
WITH ranked AS (
  SELECT *, {seniority} AS seniority FROM {source}
), lines AS (
  SELECT
    offer, number, requested,
    if({today} - born < 300000, 70, 0) AS age,
    if(moved >= 70, 70, 0) AS mobility,
    greatest(40 - 4 * ((outside + income - 1) // income), 0) AS effort,
    if(turned_down, 40, 0) AS turned_down,
    if(declined, -40, 0) AS declined,
    greatest(21 - seniority, 0) AS seniority,
    if(choice <> 0 AND validated AND (contributes OR compensated), 240, 0) AS base,
    if(choice <> 0 AND (recruited_far OR commute > 40), 166, 0) AS a,
    if(choice <> 0 AND (situation = 5 OR (situation = 0 AND {today} - hired >= 20000)), 80, 0) AS b,
    if(choice <> 0 AND (disabled OR dependants >= 2), 34, 0) AS c,
    if(category = 1, 240, 0) AS balance,
    CASE dwelling WHEN 0 THEN 60 WHEN 1 THEN 50 WHEN 2 THEN 45 WHEN 3 THEN 35
      WHEN 4 THEN 30 WHEN 5 THEN 25 WHEN 6 THEN 10 ELSE 0 END AS dwelling,
    if(priority, 50, 0) AS priority,
    CASE WHEN waited < 20000 THEN 0 WHEN waited < 30000 THEN 5 WHEN waited < 50000 THEN 10
      WHEN waited < 80000 THEN 20 ELSE 30 END AS waiting,
    if(taxed <= CASE household WHEN 1 THEN 20870 WHEN 2 THEN 27870 WHEN 3 THEN 33516
      WHEN 4 THEN 40462 WHEN 5 THEN 47599 ELSE 53644 END, 1, 0) AS eligible
  FROM (
    SELECT *, {today} - requested AS waited,
      greatest(rent * 100 - 33 * income, 26 * income - rent * 100, 0) AS outside
    FROM ranked
  )
), grids AS (
  SELECT *,
    least(greatest(age + mobility + effort + turned_down + declined + seniority, 0), 240) AS als,
    least(base + a + b + c, 520) AS company,
    least(dwelling + priority + waiting, 100) AS territory
  FROM lines
), totals AS (
  SELECT *, als + company + balance + territory AS total FROM grids
)
SELECT
  age, mobility, effort, turned_down, declined, seniority, als, base, a, b, c, company, balance,
  dwelling, priority, waiting, territory, total, eligible, {place} AS place, offer, number
FROM totals
"""

VALUES = 20


class DuckDb:
    def __init__(self):
        population = Population(sys.argv[1], ROWS)
        self.rows = population.rows
        self.base = duckdb.connect()
        self.base.execute("SET threads = 1")
        columns = {
            name: one if name in population.flags else one.astype(population.widths[name])
            for name, one in population.columns.items()
        }
        self.base.register("given", columns)
        self.base.execute("CREATE TABLE candidates AS SELECT * FROM given")
        self.base.execute("CREATE TABLE alone AS SELECT * FROM candidates WHERE number = 17 LIMIT 1")
        window = "rank() OVER (PARTITION BY offer ORDER BY requested)"
        order = "PARTITION BY offer, eligible ORDER BY total DESC, requested, number"
        place = f"if(eligible = 1, row_number() OVER ({order}), 0)"
        told = {"today": population.today}
        self.whole = QUERY.format(source="candidates", seniority=window, place=place, **told)
        self.one = QUERY.format(source="alone", seniority="rank", place="0", **told)
        self.base.execute(f"PREPARE alone AS {self.one}")

    def say(self):
        found = self.base.execute(f"{self.whole} ORDER BY offer, number").fetchnumpy()
        return numpy.stack(list(found.values())[:VALUES], axis=1)

    def batch(self):
        self.base.execute(f"CREATE OR REPLACE TABLE found AS {self.whole}")
        return self.rows

    def single(self):
        for _ in range(ALONE):
            self.base.execute("EXECUTE alone").fetchall()
        return ALONE

    def traced(self):
        for _ in range(ALONE):
            self.base.execute(f"EXPLAIN ANALYZE {self.one}").fetchall()
        return ALONE

    def compile(self):
        self.base.execute(f"EXPLAIN {self.whole}").fetchall()
        return 1


if __name__ == "__main__":
    serve(DuckDb())
