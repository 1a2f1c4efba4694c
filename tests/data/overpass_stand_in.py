"""A server on this computer that stands in for Overpass and Nominatim, well or badly behaved."""

import gzip
import json
import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import osmium

Element = dict[str, Any]
_STATEMENT = re.compile(r'(node|way|rel)((?:\["[^"]+"(?:(?:=|~|!~)"[^"]+")?\])+);')
_TAG = re.compile(r'\["([^"]+)"(?:(=|~|!~)"([^"]+)")?\]')
_QUERY = re.compile(
    r"\[out:json\]\[timeout:\d+\]\[maxsize:\d+\]\[bbox:([-\d.,]+)\];\((.*)\);\(\._;>;\);out;"
)


def read_elements(file: Path) -> list[Element]:
    """Turn an OSM file into the objects of an Overpass answer in JSON."""
    elements: list[Element] = []
    item: Any
    for item in osmium.FileProcessor(str(file)):
        element: Element = {"id": item.id, "tags": dict(item.tags)}
        if item.is_node():
            element |= {"type": "node", "lon": item.location.lon, "lat": item.location.lat}
        elif item.is_way():
            element |= {"type": "way", "nodes": [node.ref for node in item.nodes]}
        else:
            names = {"n": "node", "w": "way", "r": "relation"}
            members = [{"type": names[m.type], "ref": m.ref, "role": m.role} for m in item.members]
            element |= {"type": "relation", "members": members}
        elements.append(element)
    return elements


@dataclass
class StandIn:
    """What the server knows, how it behaves next, and what it was asked."""

    elements: list[Element]
    places: list[Element] = field(default_factory=list)
    moods: list[str] = field(default_factory=list)
    """Taken one by one, then it behaves; a last mood that ends in `...` lasts."""
    asked: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    """Of the last request."""
    port: int = 0

    @property
    def url(self) -> str:
        """Address of the interface."""
        return f"http://127.0.0.1:{self.port}/api"

    def mood(self) -> str:
        """Return how to behave this time."""
        if not self.moods:
            return "proper"
        return self.moods[0].removesuffix("...") if self._lasts() else self.moods.pop(0)

    def _lasts(self) -> bool:
        return len(self.moods) == 1 and self.moods[0].endswith("...")

    def answer(self, query: str) -> bytes | None:
        """Answer a query as Overpass does; None if it is not written in its language."""
        parts = _QUERY.fullmatch(query)
        if parts is None or _STATEMENT.sub("", parts[2]):
            return None
        south, west, north, east = map(float, parts[1].split(","))
        places = {e["id"]: (e["lon"], e["lat"]) for e in self.elements if e["type"] == "node"}
        inside = {n for n, (x, y) in places.items() if west <= x <= east and south <= y <= north}
        by_key = {(e["type"], e["id"]): e for e in self.elements}
        found = {
            key
            for kind, tags in _STATEMENT.findall(parts[2])
            for key, element in by_key.items()
            if element["type"].startswith(kind)
            and _fits(element["tags"], tags)
            and not inside.isdisjoint(ref for _, ref in _nodes(key, by_key))
        }
        whole = found | {part for key in found for part in _parts(key, by_key)}
        chosen = [by_key[key] for key in sorted(whole) if key in by_key]
        about = {"timestamp_osm_base": "2026-11-01T00:00:00Z"}
        return json.dumps({"version": 0.6, "osm3s": about, "elements": chosen}).encode()


def _fits(tags: dict[str, str], wanted: str) -> bool:
    for key, sign, value in _TAG.findall(wanted):
        if sign == "!~":
            if re.search(value, tags.get(key, "")):
                return False
        elif key not in tags or (sign and not re.search(value, tags[key])):
            return False
    return True


def _parts(
    key: tuple[str, int], by_key: dict[tuple[str, int], Element]
) -> Iterator[tuple[str, int]]:
    """Yield what an object is made of, down to the nodes."""
    element = by_key.get(key, {})
    refs = [("node", ref) for ref in element.get("nodes", [])]
    refs += [(member["type"], member["ref"]) for member in element.get("members", [])]
    for ref in refs:
        yield ref
        yield from _parts(ref, by_key)


def _nodes(
    key: tuple[str, int], by_key: dict[tuple[str, int], Element]
) -> Iterator[tuple[str, int]]:
    yield from (part for part in (key, *_parts(key, by_key)) if part[0] == "node")


class _Handler(BaseHTTPRequestHandler):
    """Behaves as its server's stand-in says."""

    server: Any
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""

    def do_POST(self) -> None:
        """Answer as Overpass."""
        length = int(self.headers["Content-Length"])
        query = parse_qs(self.rfile.read(length).decode())["data"][0]
        self._answer(query, self.server.stand_in.answer(query))

    def do_GET(self) -> None:
        """Answer as Nominatim."""
        name = parse_qs(urlsplit(self.path).query)["q"][0]
        self._answer(name, json.dumps(self.server.stand_in.places).encode())

    def _answer(self, asked: str, content: bytes | None) -> None:
        stand_in: StandIn = self.server.stand_in
        stand_in.asked.append(asked)
        stand_in.headers = dict(self.headers)
        if content is None:
            self._send(400, b"<html>parse error</html>", {"Content-Type": "text/html"})
            return
        mood, _, detail = stand_in.mood().partition(" ")
        _MOODS[mood](self, content, detail)

    def _send(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def proper(self, content: bytes, _detail: str) -> None:
        """Give the whole answer."""
        self._send(200, content)

    def zipped(self, content: bytes, _detail: str) -> None:
        """Give the whole answer, packed."""
        self._send(200, gzip.compress(content), {"Content-Encoding": "gzip"})

    def bomb(self, _content: bytes, detail: str) -> None:
        """Give so many megabytes of blanks, packed small."""
        self._send(200, gzip.compress(b" " * int(detail) * 1024**2), {"Content-Encoding": "gzip"})

    def status(self, _content: bytes, detail: str) -> None:
        """Give a status, with a `Retry-After` if one is named."""
        code, _, wait = detail.partition(" ")
        headers = {"Retry-After": wait} if wait else {}
        self._send(int(code), b"<html>no</html>", headers)

    def half(self, content: bytes, _detail: str) -> None:
        """Promise the whole and hang up after half of it."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2])
        self.close_connection = True

    def short(self, content: bytes, _detail: str) -> None:
        """Give half of it as if it were all."""
        self._send(200, content[: len(content) // 2])

    def said(self, _content: bytes, detail: str) -> None:
        """Give these words."""
        self._send(200, detail.encode())

    def elsewhere(self, _content: bytes, detail: str) -> None:
        """Send on to another address."""
        self._send(302, b"", {"Location": detail})

    def endless(self, _content: bytes, _detail: str) -> None:
        """Send and send until nobody listens."""
        self._chunk(b'{"elements": [')
        try:
            while not self.server.closing.is_set():
                self._chunk(b'{"type": "node", "id": 1, "lat": 1, "lon": 1},' * 1000, head=False)
        except OSError:
            self.close_connection = True

    def drip(self, _content: bytes, _detail: str) -> None:
        """Send a byte now and then until nobody listens."""
        self._chunk(b"{")
        try:
            while not self.server.closing.wait(0.005):
                self._chunk(b" ", head=False)
        except OSError:
            self.close_connection = True

    def silent(self, _content: bytes, _detail: str) -> None:
        """Say nothing until the end."""
        self.server.closing.wait(5)
        self.close_connection = True

    def _chunk(self, content: bytes, *, head: bool = True) -> None:
        if head:
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
        self.wfile.write(f"{len(content):x}\r\n".encode() + content + b"\r\n")
        self.wfile.flush()


_MOODS: dict[str, Callable[[_Handler, bytes, str], None]] = {
    name: getattr(_Handler, name)
    for name in (
        *("proper", "zipped", "bomb", "status", "half", "short", "said", "elsewhere"),
        *("endless", "drip", "silent"),
    )
}


@contextmanager
def serve(stand_in: StandIn) -> Iterator[StandIn]:
    """Run the server on a free port while the block lasts."""
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # a client that hangs up is what is tested
    server.stand_in, server.closing = stand_in, threading.Event()
    stand_in.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        with patch.dict(os.environ, {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}):
            yield stand_in
    finally:
        server.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
