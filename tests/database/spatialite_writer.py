"""One of several processes that write to the same SpatiaLite file; run by test_spatialite.py."""

from __future__ import annotations

import sys

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from inspection.database.library import find_library
from inspection.database.spatialite import engine_options, install, write_transaction


def main(path: str, writer: str, rounds: int) -> None:
    """Read, then raise one shared counter and add a point, `rounds` times."""
    engine = create_engine(f"sqlite:///{path}", **engine_options(10_000))
    install(engine, library=find_library(), busy_timeout_ms=10_000)
    for turn in range(rounds):
        with Session(engine) as session:
            session.execute(text("SELECT count(*) FROM place")).scalar_one()  # begins as a reader
            with write_transaction(session):
                value = session.scalar(text("SELECT value FROM counter"))
                session.execute(text("UPDATE counter SET value = :value"), {"value": value + 1})
                session.execute(
                    text(
                        "INSERT INTO place (name, location) VALUES (:name, MakePoint(:lon, 33.9, 4326))"
                    ),
                    {"name": f"{writer}-{turn}", "lon": 130 + turn / 1000},
                )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
