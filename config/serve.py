"""The web server of every installation: granian (docs/decisions/0032).

``python -m config.serve HOST PORT [PROCESSES]``. Python's lock lets a process use one core alone,
so there are two of them; requests wait for the database, so each answers four at a time.
"""

import socket
import sys

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

THREADS = 4


def serve(host: str, port: int, *, workers: int) -> None:
    """Serve until SIGTERM or SIGINT; what is being answered then gets ten seconds more."""
    # Granian takes numbers only, people write localhost; and it would share a port with whoever
    # listens there already, so that requests went now here, now there.
    try:
        family, *_, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        socket.create_server(where, family=family).close()
    except OSError as error:
        sys.exit(f"error: {host}, port {port}: {error.strerror}")
    Granian(
        "config.wsgi:application",
        address=str(where[0]),
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=workers,
        blocking_threads=THREADS,
        # Each thread holds a connection to the database, which is worth more than the thread.
        blocking_threads_idle_timeout=600,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    host, port, *workers = sys.argv[1:]
    serve(host, int(port), workers=int(workers[0]) if workers else 2)
