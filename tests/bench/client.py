"""A learner as seen by the server: one connection, cookies, forms filled from the page. Times every request."""

from __future__ import annotations

import http.client
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Learner:
    """Keeps the connection open like a browser does; `times` maps a label to seconds per request."""

    host: str
    port: int
    times: dict[str, list[float]] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection(self.host, self.port, timeout=60)

    def get(self, label: str, path: str, status: int = 200) -> str:
        """The page as text."""
        return self._ask(label, "GET", path, None, "text/html", status)[1]

    def post(
        self,
        label: str,
        path: str,
        fields: Mapping[str, Any],
        *,
        accept: str = "text/html",
        status: int = 302,
    ) -> Any:
        """Where the answer leads (a redirect's address), or the JSON."""
        body = urlencode({**fields, "csrf_token": self.token}, doseq=True)
        headers, text = self._ask(label, "POST", path, body, accept, status)
        return json.loads(text) if accept == "application/json" else headers.get("Location", "")

    def _ask(
        self, label: str, method: str, path: str, body: str | None, accept: str, status: int
    ) -> tuple[Mapping[str, str], str]:
        headers = {"Accept": accept, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        self.times.setdefault(label, []).append(time.perf_counter() - began)
        if answer.status != status:
            raise RuntimeError(f"{method} {path}: {answer.status} instead of {status}: {text[:300]}")
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";", 1)[0].partition("=")
            self.cookies[name] = value
        found = _TOKEN.search(text)
        if found:
            self.token = found.group(1)
        return answer.headers, text
