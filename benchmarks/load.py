"""Load: wrk sends one case to one server for some seconds, while the server's processor time is counted."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .cases import Case

CONNECTIONS = 16
_PROC = Path("/proc")

_SCRIPT = """
local first, count, n = {first}, {count}, {offset}
wrk.method = "{method}"
{headers}
function request()
  n = n + 1
  local number = first + (n - 1) % count
  local hex, decimal = string.format("%012x", number), tostring(number)
  local path = string.gsub(string.gsub([[{path}]], "{{n}}", hex), "{{d}}", decimal)
  local body = string.gsub(string.gsub([[{body}]], "{{n}}", hex), "{{d}}", decimal)
  body = string.gsub(body, "{{r}}", tostring(math.floor((n - 1) / count)))
  return wrk.format(nil, path, nil, body ~= "" and body or nil)
end
function done(summary, latency, requests)
  io.write(string.format("figures %d %d %d %d %d\\n", summary.requests, summary.duration,
    summary.errors.status, latency:percentile(50), latency:percentile(99)))
end
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """One run of one case: numbers of requests and refusals, seconds, and times of one request in µs."""

    requests: int
    seconds: float
    refused: int
    p50: float
    p99: float
    processor: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds

    @property
    def sent(self) -> int:
        """How many numbers were used at most: at the end each connection may have one under way."""
        return self.requests + CONNECTIONS


def drive(url: str, pid: int, case: Case, seconds: int, folder: Path, *, offset: int = 0) -> Sample:
    """Send `case` for `seconds`; earlier runs at this server have used up `offset` numbers."""
    script = folder / f"{case.name}.lua"
    headers = "\n".join(f'wrk.headers["{name}"] = "{value}"' for name, value in case.headers.items())
    parts = {"method": case.method, "path": case.path, "body": case.body, "headers": headers}
    script.write_text(_SCRIPT.format(first=case.first, count=case.count, offset=offset, **parts), "ascii")
    options = ["--threads=1", f"--connections={CONNECTIONS}", f"--duration={seconds}s", "--timeout=10s"]
    before = processor_seconds(pid)
    done = subprocess.run(  # noqa: S603 - wrk by name, arguments of our own
        ["wrk", *options, f"--script={script}", url],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    )
    used = processor_seconds(pid) - before
    found = re.search(r"^figures (.+)$", done.stdout, re.MULTILINE)
    assert found, done.stdout
    requests, duration, refused, p50, p99 = map(float, found[1].split())
    return Sample(int(requests), duration / 1e6, int(refused), p50, p99, used / max(requests, 1) * 1e6)


def processor_seconds(pid: int) -> float:
    """User and system time of a process tree, as the scheduler counts it, in nanoseconds."""
    threads = (thread for member in _tree(pid) for thread in (_PROC / str(member) / "task").iterdir())
    return sum(int((thread / "schedstat").read_text("ascii").split()[0]) for thread in threads) / 1e9


def resident_bytes(pid: int) -> int:
    """The memory of a process tree; of a shared page each process has its share."""
    rollups = ((_PROC / str(member) / "smaps_rollup").read_text("ascii") for member in _tree(pid))
    return sum(int(kb) * 1024 for text in rollups for kb in re.findall(r"^Pss:\s+(\d+)", text, re.MULTILINE))


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for task in (_PROC / str(pid) / "task").iterdir():
        for child in (task / "children").read_text("ascii").split():
            yield from _tree(int(child))
