"""One sentence on why the server cannot listen on HOST and PORT; silent when it can."""

import errno
import os
import socket
import sys


def fault(host: str, text: str) -> str:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        return f"PORT is “{text}”: it must be a number from 1 to 65535."
    try:
        where = socket.getaddrinfo(host, int(text), type=socket.SOCK_STREAM)[0]
    except OSError:
        return f"HOST is “{host}”: this machine knows no such address."
    with socket.socket(where[0], where[1]) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(where[4])
            probe.listen(1)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return (
                    f"Port {text} of {host} is in use: stop what listens there, or choose "
                    "another, for example PORT=8001 script/server."
                )
            return f"The server may not listen on port {text} of {host}: {error.strerror}."
    return ""


if __name__ == "__main__":
    found = fault(os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000"))
    if found:
        sys.stderr.write(f"error: {found}\n")
        sys.exit(70)
