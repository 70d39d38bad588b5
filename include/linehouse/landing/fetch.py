"""One HTTP request: send it, read the answer to its end within limits, say what went wrong.

Nothing is raised from within an HTTP library's exception: its traceback would hold the key.
"""

import logging
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import httpx

from linehouse.landing.secrets import Secrets, SecretTransport, proxy_for
from linehouse.sources.base import HttpSource, Request
from linehouse.sources.errors import (
    AccessRefusedError,
    BadRequestError,
    RateLimitedError,
    SourceError,
    UnreadablePayloadError,
    UpstreamUnavailableError,
)
from linehouse.sources.reading.retry_after import retry_after_of

log = logging.getLogger(__name__)
# At DEBUG it writes the headers of answers as they come, and one may echo the key.
logging.getLogger("httpcore").setLevel(logging.INFO)

USER_AGENT = "linehouse/0.1"


@dataclass(frozen=True)
class FetchPolicy:
    """How long to wait for an upstream and how often to ask again."""

    connect_seconds: float = 5.0
    read_seconds: float = 30.0
    """Longest silence while an answer comes in."""
    total_seconds: float = 120.0
    """Longest time for one answer, however it trickles."""
    maximum_body_bytes: int = 256 * 1024 * 1024
    retries: int = 3
    backoff_seconds: float = 1.0
    """First wait; it doubles with each retry, and half of it is random."""
    longest_backoff_seconds: float = 30.0
    longest_retry_after_seconds: float = 60.0
    """An upstream that asks for a longer pause is not asked again by this task."""
    sleep: Callable[[float], None] = time.sleep
    deadline: float | None = None
    """By `time.monotonic`: no attempt begins after it or lasts beyond it."""

    def remaining_seconds(self) -> float:
        """Until the deadline, not below 0; infinite without one."""
        return math.inf if self.deadline is None else max(self.deadline - time.monotonic(), 0.0)


@dataclass(frozen=True)
class Answer:
    """What came back, complete or cut off; `failure` says why it holds no data."""

    url: str
    received_at: datetime
    latency_ms: int
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    failure: SourceError | None = None


def fetch(
    request: Request, source: HttpSource, base_url: str, secrets: Secrets, policy: FetchPolicy
) -> Answer:
    """Send a request and judge its answer. Never raises for what an upstream does.

    The texts in the result hold no secret; a body in which the upstream echoes the key has it
    masked.
    """
    exchange = _Exchange(base_url.rstrip("/") + request.path, policy)
    exchange.send(request, secrets)
    answer = exchange.answer(secrets)
    if answer.failure is None and answer.status is not None:
        failure = judge(source, answer.status, answer.headers, answer.body)
        if failure is not None:
            answer = replace(answer, failure=_redacted(failure, secrets))
    return answer


def judge(
    source: HttpSource, status: int, headers: Mapping[str, str], body: bytes
) -> SourceError | None:
    """The error that an answer stands for: the source's own reading first, else by status.

    A redirect is never followed: it would carry the key to another address.
    """
    if 300 <= status < 400:
        return BadRequestError(
            f"the upstream answered {status} and points to {headers.get('location', 'nowhere')}, "
            "which is not followed"
        )
    try:
        source.raise_for_error(status, headers, body)
    except RateLimitedError as error:
        if error.retry_after_seconds is None:
            error.retry_after_seconds = retry_after_of(headers)
        return error
    except SourceError as error:
        return error
    except Exception as error:  # a source's own defect must not cost the answer
        log.exception("%s failed to judge an answer with status %d", source.name, status)
        return UnreadablePayloadError(f"the answer ({status}) could not be judged: {error}")
    if status == 429:
        return RateLimitedError("429: too many requests", retry_after_of(headers))
    if status >= 500 or status == 408:
        return UpstreamUnavailableError(f"the upstream answered {status}")
    if status == 403:
        return AccessRefusedError("403: the upstream refuses this machine or what it calls itself")
    if status >= 400:
        return BadRequestError(f"the upstream answered {status}")
    return None


class _Exchange:
    """One request and as much of its answer as came in."""

    def __init__(self, url: str, policy: FetchPolicy) -> None:
        self.url = url
        self.policy = policy
        self.began = time.monotonic()
        self.total_seconds = min(policy.total_seconds, max(policy.remaining_seconds(), 0.1))
        self.status: int | None = None
        self.headers: dict[str, str] = {}
        self.chunks: list[bytes] = []
        self.size = 0
        self.failure: SourceError | None = None

    def send(self, request: Request, secrets: Secrets) -> None:
        timeout = httpx.Timeout(
            min(self.policy.read_seconds, self.total_seconds),
            connect=min(self.policy.connect_seconds, self.total_seconds),
        )
        headers = {"user-agent": USER_AGENT, **request.headers}
        try:
            url = httpx.URL(self.url, params=dict(request.params))
            self.url = secrets.named(str(url))
            inner = httpx.HTTPTransport(proxy=proxy_for(url))
            transport = SecretTransport(inner, secrets)
            with (
                httpx.Client(transport=transport, timeout=timeout) as client,
                client.stream("GET", url, headers=headers) as response,
            ):
                self.status = response.status_code
                self.headers = {name.lower(): value for name, value in response.headers.items()}
                self._read(response)
        except httpx.TimeoutException as error:
            self._unavailable(f"no answer in time ({type(error).__name__})")
        except httpx.HTTPError as error:
            self._unavailable(f"{type(error).__name__}: {error}")
        except (httpx.InvalidURL, UnicodeError) as error:
            self.failure = BadRequestError(f"not an address that can be asked: {error}")

    def _read(self, response: httpx.Response) -> None:
        for chunk in response.iter_bytes():
            room = self.policy.maximum_body_bytes - self.size
            self.chunks.append(chunk[:room])
            self.size += len(self.chunks[-1])
            if len(chunk) > room:
                self.failure = UnreadablePayloadError(
                    f"the answer is larger than {self.policy.maximum_body_bytes} bytes; "
                    "its beginning is kept"
                )
                return
            if time.monotonic() - self.began > self.total_seconds:
                self._unavailable(f"the answer was not complete after {self.total_seconds:g} s")
                return

    def _unavailable(self, what: str) -> None:
        cut = f"; {self.size} bytes had come" if self.status is not None else ""
        self.failure = UpstreamUnavailableError(what + cut)
        self.failure.silent = self.status is None

    def answer(self, secrets: Secrets) -> Answer:
        return Answer(
            url=secrets.redact(self.url),
            received_at=datetime.now(UTC),
            latency_ms=round((time.monotonic() - self.began) * 1000),
            status=self.status,
            headers=secrets.redact_mapping(self.headers),
            body=secrets.redact_body(b"".join(self.chunks)),
            failure=_redacted(self.failure, secrets) if self.failure is not None else None,
        )


def _redacted(error: SourceError, secrets: Secrets) -> SourceError:
    """The same error, new made: no secret in its text, and no traceback behind it."""
    text = secrets.redact(str(error))
    if isinstance(error, RateLimitedError):
        return RateLimitedError(text, error.retry_after_seconds, doubles=error.doubles)
    made = type(error)(text)
    if isinstance(made, UpstreamUnavailableError) and isinstance(error, UpstreamUnavailableError):
        made.silent = error.silent
    return made
