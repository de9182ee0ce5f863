"""Databases of their own for tests that run server processes or commit."""

import os
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
import psycopg2
from psycopg2 import sql


def database_url(name: str) -> str:
    """The environment's DATABASE_URL with another database's name."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def connect(name: str, url: str = "") -> Any:
    """A plain connection in autocommit, past Django."""
    parsed = dj_database_url.parse(url or os.environ["DATABASE_URL"])
    connection = psycopg2.connect(
        dbname=name,
        user=parsed["USER"] or None,
        password=parsed["PASSWORD"] or None,
        host=parsed["HOST"] or None,
        port=parsed["PORT"] or None,
    )
    connection.autocommit = True
    return connection


def run_sql(statement: str, *names: str) -> None:
    """One statement on the cluster; ``{}`` are names of databases."""
    composed = sql.SQL(statement).format(*(sql.Identifier(name) for name in names))
    with closing(connect("postgres")) as connection, connection.cursor() as cursor:
        cursor.execute(composed)


@contextmanager
def copy_of(name: str) -> Iterator[str]:
    """A copy of a database nobody is connected to, dropped afterwards."""
    copy = f"{name[:40]}_{uuid.uuid4().hex[:8]}"
    run_sql("CREATE DATABASE {} TEMPLATE {}", copy, name)
    try:
        yield copy
    finally:
        run_sql("DROP DATABASE IF EXISTS {} WITH (FORCE)", copy)


@contextmanager
def empty_database(prefix: str = "test_diming_empty") -> Iterator[str]:
    """A database without any table, dropped afterwards."""
    name = f"{prefix}_{uuid.uuid4().hex[:8]}"
    run_sql("CREATE DATABASE {}", name)
    try:
        yield name
    finally:
        run_sql("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
