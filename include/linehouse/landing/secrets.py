"""The key of an upstream: added to the bytes on the wire, taken out of everything else."""

import hashlib
import json
from collections.abc import Mapping
from urllib.parse import quote, quote_plus
from urllib.request import getproxies, proxy_bypass

import httpx

from linehouse.sources.errors import BadKeyError

MASK = "***"
SHORTEST = 8
"""Bodies are kept as received, and a shorter text stands in many of them by chance: to mask it
would change data, to leave it would store a key. So there is no such key."""


class Secrets:
    """Query parameters, headers and parts of a path with a key. Its repr shows nothing.

    `path` fills placeholders: `{"key": ...}` the `{key}` of a request's path.

    Raises `BadKeyError` for a key under `SHORTEST` characters: it is none that a vendor issues, and
    could not be told from data in what is stored. So for one that cannot be sent, with a line end
    or a letter beyond ASCII: its error would read as if the upstream were away.
    """

    def __init__(
        self,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        path: Mapping[str, str] | None = None,
    ) -> None:
        self.params = dict(params or {})
        self.headers = dict(headers or {})
        self.path = dict(path or {})
        named = (*self.params.items(), *self.headers.items(), *self.path.items())
        for name, value in named:
            if value and len(value) < SHORTEST:
                raise BadKeyError(
                    f"the key for {name} has {len(value)} characters, and one under {SHORTEST} "
                    "could not be kept out of what is stored: check that it was copied whole"
                )
            if not _can_be_sent(value, in_header=name in self.headers):
                raise BadKeyError(
                    f"the key for {name} holds a line end or a character that no key has: copy it "
                    "anew"
                )
        values = {value for _, value in named if value}
        forms = (str, quote, _quote_all, quote_plus, _in_json, _in_repr, _in_bytes)
        spellings = {form(value) for value in values for form in forms}
        # The longest first, or a part of a key would be masked and the rest left.
        self._spellings = sorted(spellings, key=len, reverse=True)

    def __repr__(self) -> str:
        return f"Secrets({len(self._spellings)})"

    def redact(self, text: str) -> str:
        """The text with every secret masked."""
        for spelling in self._spellings:
            text = text.replace(spelling, MASK)
        return text

    def fingerprint(self) -> str | None:
        """Differs where the key differs (but for one in 65,536) and tells nothing else: it is too
        short to test guesses by. None without a key."""
        if not self._spellings:
            return None
        named = sorted({**self.params, **self.headers, **self.path}.items())
        return hashlib.sha256(json.dumps(named).encode()).hexdigest()[:4]

    def placed(self, url: httpx.URL) -> httpx.URL:
        """The address as it is sent: placeholders of the path filled, parameters added."""
        for name, value in self.path.items():
            path = url.raw_path.replace(quote(f"{{{name}}}").encode(), _quote_all(value).encode())
            url = url.copy_with(raw_path=path)
        return url.copy_merge_params(self.params)

    def named(self, url: str) -> str:
        """An address as it is told: with its placeholders, as its source writes them."""
        for name in self.path:
            url = url.replace(quote(f"{{{name}}}"), f"{{{name}}}")
        return url

    def redact_mapping(self, values: Mapping[str, str]) -> dict[str, str]:
        """Headers or parameters with every secret masked."""
        return {name: self.redact(value) for name, value in values.items()}

    def redact_body(self, body: bytes) -> bytes:
        """The body, where an upstream echoes the key with the key masked; else the same bytes."""
        for spelling in self._spellings:
            body = body.replace(spelling.encode(), MASK.encode())
        return body


def _quote_all(value: str) -> str:
    return quote(value, safe="")


def _in_json(value: str) -> str:
    return json.dumps(value)[1:-1]


def _in_repr(value: str) -> str:
    return repr(value)[1:-1]


def _in_bytes(value: str) -> str:
    return repr(value.encode())[2:-1]


def _can_be_sent(value: str, *, in_header: bool) -> bool:
    if in_header and not (value.isascii() and value == value.strip()):
        return False
    return value.isprintable()


NO_SECRETS = Secrets()


class SecretTransport(httpx.BaseTransport):
    """Adds the secrets below the client, so that its requests, logs and exceptions have none."""

    def __init__(self, inner: httpx.BaseTransport, secrets: Secrets) -> None:
        self._inner = inner
        self._secrets = secrets

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        headers = httpx.Headers(request.headers)
        headers.update(self._secrets.headers)
        return self._inner.handle_request(
            httpx.Request(
                request.method,
                self._secrets.placed(request.url),
                headers=headers,
                stream=request.stream,
                extensions=request.extensions,
            )
        )

    def close(self) -> None:
        self._inner.close()


def proxy_for(url: httpx.URL) -> str | None:
    """The proxy that the environment names for this address; none for this machine itself."""
    if url.host in ("localhost", "127.0.0.1", "::1") or proxy_bypass(url.host):
        return None
    proxies = getproxies()
    return proxies.get(url.scheme) or proxies.get("all")
