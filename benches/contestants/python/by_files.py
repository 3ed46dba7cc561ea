"""DuckDB from a Parquet file to a Parquet file, where `bareme simuler` does the same.

`DESCRIPTION population OUT.parquet`: writes the rows that the bench drew, each column named as its fact;
`DESCRIPTION rank IN.parquet OUT.parquet`: ranks them by DuckDB; `DESCRIPTION copy IN.parquet OUT.parquet`: reads and
writes them, and nothing else; `DESCRIPTION say IN.parquet OUT.i16`: writes what a
result says of each row, as contestants do, whoever made it."""

import json
import sys
from pathlib import Path

import duckdb
import numpy

from by_duckdb import QUERY
from stage import Population

TODAY = 20191015
LINES = [
    "als.âge", "als.mobilité", "als.effort", "als.refus_en_cal", "als.logement_refusé", "als.ancienneté", "als",
    "entreprise.base", "entreprise.tranche_a", "entreprise.tranche_b", "entreprise.tranche_c", "entreprise",
    "équilibrage", "territoire.logement", "territoire.dalo", "territoire.attente", "territoire", "total",
]
WORDS = {
    "situation": "demandeur.situation",
    "choice": "demande.choix",
    "category": "employeur.catégorie",
    "dwelling": "demandeur.habitation",
}
MONEY = {"rent": "offre.loyer", "income": "foyer.revenus"}
DATES = {"born": "demandeur.naissance", "requested": "demande.date", "hired": "demandeur.embauche"}
WHOLE = {
    "number": "demande.numéro",
    "taxed": "foyer.revenu_fiscal",
    "household": "foyer.personnes",
    "dependants": "foyer.charge",
    "moved": "trajet.mobilité",
    "commute": "trajet.travail",
}
FLAGS = {
    "contributes": "employeur.cotisante",
    "compensated": "employeur.compensée",
    "validated": "employeur.validée",
    "recruited_far": "employeur.mobilité",
    "disabled": "demandeur.handicap",
    "priority": "demande.dalo",
    "turned_down": "demande.refus_en_cal",
    "declined": "demande.logement_refusé",
}


def named(value, fact):
    return f'{value} AS "{fact}"'


def population(description, target):
    drawn = Population(description, json.loads(Path(description).read_text())["rows"])
    base = duckdb.connect()
    base.register("given", drawn.columns)
    cells = ["lpad(offer::VARCHAR, 6, '0') AS \"offre.id\""]
    cells += ["lpad(offer::VARCHAR, 6, '0') || '-' || lpad(number::VARCHAR, 3, '0') AS id"]
    for column, fact in WORDS.items():
        names = ", ".join(f"'{name}'" for name in drawn.tables[column])
        cells.append(named(f"([{names}])[{column} + 1]", fact))
    cells += [named(f"({name} / 100)::DECIMAL(18, 2)", fact) for name, fact in MONEY.items()]
    cells += [named(f"strptime({name}::VARCHAR, '%Y%m%d')::DATE", fact) for name, fact in DATES.items()]
    cells += [named(name, fact) for name, fact in (WHOLE | FLAGS).items()]
    query = f"SELECT {', '.join(cells)} FROM given ORDER BY offer, number"
    base.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet, COMPRESSION snappy)")


def rank(description, source, target):
    base = duckdb.connect()
    cells = ['"offre.id"::INTEGER AS offer']
    tables = json.loads(Path(description).read_text())["tables"]
    for column, fact in WORDS.items():
        names = ", ".join(f"'{name}'" for name in tables[column])
        base.execute(f"CREATE TYPE {column}_names AS ENUM ({names})")
        cells.append(named(f'enum_code("{fact}"::{column}_names)::TINYINT', column))
    cells += [named(f'("{fact}" * 100)::INTEGER', name) for name, fact in MONEY.items()]
    day = '(year("{0}") * 10000 + month("{0}") * 100 + day("{0}"))::INTEGER'
    cells += [named(day.format(fact), name) for name, fact in DATES.items()]
    cells += [named(f'"{fact}"', name) for name, fact in (WHOLE | FLAGS).items()]
    base.execute(f"CREATE VIEW candidates AS SELECT {', '.join(cells)} FROM read_parquet('{source}')")
    order = "PARTITION BY offer, eligible ORDER BY total DESC, requested, number"
    query = QUERY.format(
        source="candidates",
        seniority="rank() OVER (PARTITION BY offer ORDER BY requested)",
        place=f"if(eligible = 1, row_number() OVER ({order}), 0)",
        today=TODAY,
    )
    base.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet, COMPRESSION snappy)")


def copy(_, source, target):
    query = f"SELECT * FROM read_parquet('{source}')"
    duckdb.connect().execute(f"COPY ({query}) TO '{target}' (FORMAT parquet, COMPRESSION snappy)")


def say(_, source, target):
    base = duckdb.connect()
    columns = {row[0] for row in base.execute(f"DESCRIBE FROM '{source}'").fetchall()}
    if "offre" in columns:
        cells = [f'"{line}"::SMALLINT' for line in LINES]
        cells += ["if(eligible = 'oui', 1, 0)::SMALLINT", "coalesce(rang, 0)::SMALLINT"]
        cells = ", ".join(f"{cell} AS cell_{at}" for at, cell in enumerate(cells))
        query = f"SELECT {cells} FROM '{source}' ORDER BY offre, id"
    else:
        query = f"SELECT * EXCLUDE (offer, number) FROM '{source}' ORDER BY offer, number"
    found = base.execute(query).fetchnumpy()
    numpy.stack(list(found.values()), axis=1).astype("<i2").tofile(target)


if __name__ == "__main__":
    about, verb, *paths = sys.argv[1:]
    {"population": population, "rank": rank, "copy": copy, "say": say}[verb](about, *paths)
