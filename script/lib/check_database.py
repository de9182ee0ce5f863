"""One sentence on why the database of DATABASE_URL cannot be used; silent when it can."""

import os
import sys

import dj_database_url
import psycopg2

MINIMUM_SERVER = 15
MINIMUM_POSTGIS = (3, 3)


def fault() -> str:
    try:
        url = dj_database_url.parse(os.environ["DATABASE_URL"])
    except (ValueError, dj_database_url.ParseError):
        url = {}
    if not url.get("NAME"):
        return (
            "DATABASE_URL cannot be read: it must look like postgis://user:password@host:5432/name."
        )
    try:
        connection = psycopg2.connect(
            dbname=url["NAME"],
            user=url["USER"] or None,
            password=url["PASSWORD"] or None,
            host=url["HOST"] or None,
            port=url["PORT"] or None,
            connect_timeout=5,
        )
    except psycopg2.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        return f"The database of DATABASE_URL cannot be reached: {reason}"
    with connection, connection.cursor() as cursor:
        server = connection.server_version // 10_000
        if server < MINIMUM_SERVER:
            return f"The database of DATABASE_URL is PostgreSQL {server}: 15 or newer is needed."
        cursor.execute(
            "SELECT coalesce(installed_version, default_version) "
            "FROM pg_available_extensions WHERE name = 'postgis'"
        )
        row = cursor.fetchone()
    if row is None:
        return "The database of DATABASE_URL has no PostGIS: install PostGIS 3.3 or newer on it."
    if tuple(int(part) for part in row[0].split(".")[:2]) < MINIMUM_POSTGIS:
        return f"The database of DATABASE_URL has PostGIS {row[0]}: 3.3 or newer is needed."
    return ""


if __name__ == "__main__":
    found = fault()
    if found:
        sys.stdout.write(found)
        sys.exit(1)
