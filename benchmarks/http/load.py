"""Load: wrk sends one case to one server for some seconds, and the server's processor time is taken."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .cases import Case
from .usage import processor_seconds

CONNECTIONS = 16

_SCRIPT = """
local first, count, n = {first}, {count}, {offset}
wrk.method = "{method}"
{headers}
function request()
  n = n + 1
  local number = first + (n - 1) % count
  local hex, decimal = string.format("%012x", number), tostring(number)
  local round = tostring(math.floor((n - 1) / count))
  local path = string.gsub(string.gsub([[{path}]], "{{n}}", hex), "{{d}}", decimal)
  local body = string.gsub(string.gsub([[{body}]], "{{n}}", hex), "{{d}}", decimal)
  body = string.gsub(body, "{{r}}", round)
  return wrk.format(nil, path, nil, body ~= "" and body or nil)
end
function done(summary, latency, requests)
  io.write(string.format("figures %d %d %d %d %d %d\\n", summary.requests, summary.duration,
    summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """One run of one case: how many requests, how many refused, times in µs."""

    requests: int
    seconds: float
    refused: int
    broken: int
    p50: float
    p99: float
    processor: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds

    @property
    def sent(self) -> int:
        """How many numbers it may have used up: at the end one of each connection may be on its way."""
        return self.requests + CONNECTIONS


def drive(url: str, pid: int, case: Case, seconds: int, folder: Path, *, offset: int = 0) -> Sample:
    """Send `case` for `seconds`; `offset` numbers were used up by earlier runs at this server."""
    script = folder / f"{case.name}.lua"
    headers = "\n".join(f'wrk.headers["{name}"] = "{value}"' for name, value in case.headers.items())
    script.write_text(
        _SCRIPT.format(
            first=case.first,
            count=case.count,
            offset=offset,
            method=case.method,
            path=case.path,
            body=case.body,
            headers=headers,
        ),
        "ascii",
    )
    command = [
        "wrk",
        "--threads=1",
        f"--connections={CONNECTIONS}",
        f"--duration={seconds}s",
        "--timeout=10s",
    ]
    before = processor_seconds(pid)
    done = subprocess.run(  # noqa: S603 - wrk by name, arguments of our own
        [*command, f"--script={script}", url], capture_output=True, text=True, check=True
    )
    used = processor_seconds(pid) - before
    found = re.search(r"^figures (.+)$", done.stdout, re.MULTILINE)
    assert found, done.stdout
    requests, duration, refused, broken, p50, p99 = map(float, found[1].split())
    return Sample(
        int(requests), duration / 1e6, int(refused), int(broken), p50, p99, used / max(requests, 1) * 1e6
    )
