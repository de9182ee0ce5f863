"""The worker process of the web server: what it refuses before Django is a problem document too."""

import json
from typing import Any

from gunicorn.http.errors import InvalidRequestLine, LimitRequestHeaders, LimitRequestLine
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

# The languages that are accepted are not known yet: both are told.
LONG = (
    "地址太长，不能读取：请缩短筛选条件。 The address is too long to be read: shorten the filter."
)
HEADERS = "请求头太长，不能读取。 The headers of the request are too long to be read."
BROKEN = (
    "请求行不能读取：地址中的汉字应写成 %XX。"
    " The request line cannot be read: write Chinese in it as %XX."
)
REFUSALS = {
    InvalidRequestLine: (400, "Bad Request", BROKEN),
    LimitRequestLine: (414, "URI Too Long", LONG),
    LimitRequestHeaders: (431, "Request Header Fields Too Large", HEADERS),
}


class Worker(ThreadWorker):  # type: ignore[misc]
    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        refusal = REFUSALS.get(type(exc))
        if refusal is None:
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("Refused a request from %s: %s", addr[0] if addr else "?", exc)
        status, title, detail = refusal
        told = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        body = json.dumps(told, ensure_ascii=False).encode()
        head = (
            f"HTTP/1.1 {status} {title}\r\nConnection: close\r\n"
            f"Content-Type: application/problem+json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        try:
            write_nonblock(client, head.encode() + body)
        except OSError:
            self.log.debug("The client did not wait for the refusal.")
