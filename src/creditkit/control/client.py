"""The client: a method for each operation of `control.yaml`, on the world that it was made for.

What a method returns is the answer's JSON as the contract has it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any
from urllib.parse import quote

import httpx

from creditkit.errors import ControlError

Form = dict[str, Any]

LOCAL = "http://127.0.0.1:8000"
"""Where a mock listens unless it is told otherwise."""


class Control:
    """The control of a mock at `url`.

    `world` names the world that is acted on, the default one if it is empty; `token` is the mock's control
    token, if it has one. Methods raise ControlError where the mock cannot be reached or refuses, with its
    sentence. A world begins as a fork of the default one when it is first named.
    """

    def __init__(
        self,
        url: str = LOCAL,
        *,
        world: str = "",
        token: str = "",
        seconds: float = 30,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if world:
            headers["X-Mock-World"] = world
        self.url = url.rstrip("/")
        self.world = world
        try:
            self._http = httpx.Client(
                base_url=f"{self.url}/_mock/", headers=headers, timeout=seconds, transport=transport
            )
        except httpx.InvalidURL as error:
            raise ControlError(f"{url}: no URL: {error}", "name the mock as http://127.0.0.1:8000") from None

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def __enter__(self) -> Control:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def state(self, most: int = 100) -> Form:
        """The world, its users with tokens, and at most so many customers and credits."""
        return self._get("state", {"most": most})

    def reset(self) -> Form:
        """Go back to the beginning; the world after it."""
        return self._ask("POST", "reset")

    def seed(self, text: str) -> Form:
        """Plant a seed, which is the text of a seed file; the world after it."""
        return self._ask("POST", "seed", {"text": text})

    def seed_from_gallery(self, name: str) -> Form:
        """Plant a world of the gallery; the world after it."""
        return self._ask("POST", "seed", {"gallery": name})

    def gallery(self) -> list[Form]:
        """The worlds of the gallery."""
        return self._list("gallery")

    def rewind(self, entry: int) -> Form:
        """Go back to an entry of the journal, 0 being before the first; the world after it."""
        return self._ask("POST", "rewind", {"entry": entry})

    def snapshots(self) -> list[str]:
        """The names of the snapshots, the oldest first."""
        return self._list("snapshots")

    def snapshot(self, name: str) -> Form:
        """Keep the world as it is now; the world after it."""
        return self._ask("PUT", f"snapshots/{_part(name)}")

    def restore(self, name: str) -> Form:
        """Bring back a snapshot; the world after it."""
        return self._ask("POST", f"snapshots/{_part(name)}/restore")

    def drop_snapshot(self, name: str) -> None:
        """Keep a snapshot no longer."""
        self._send("DELETE", f"snapshots/{_part(name)}")

    def worlds(self) -> list[Form]:
        """All worlds, the default one first."""
        return self._list("worlds")

    def fork(self, name: str) -> Form:
        """Make a world that begins as this one is now; that world."""
        return self._ask("PUT", f"worlds/{_part(name)}")

    def drop_world(self, name: str) -> None:
        """End a world."""
        self._send("DELETE", f"worlds/{_part(name)}")

    def clock(self) -> Form:
        """What the clock shows, and whether it stands."""
        return self._get("clock")

    def set_clock(self, now: str) -> Form:
        """Put the clock to a date or an instant; the clock after it."""
        return self._ask("PUT", "clock", {"now": now})

    def freeze(self) -> Form:
        """Let the clock stand; the clock after it."""
        return self._ask("POST", "clock/freeze")

    def run(self) -> Form:
        """Let the clock run on; the clock after it."""
        return self._ask("POST", "clock/run")

    def advance(self, *, days: int | None = None, months: int | None = None, to: str | None = None) -> Form:
        """Let time pass, said by one of the three; the clock, and what the jobs on the way did."""
        wanted = {"days": days, "months": months, "to": to}
        return self._ask(
            "POST", "clock/advance", {name: value for name, value in wanted.items() if value is not None}
        )

    def deviations(self) -> list[Form]:
        """The deviations that can be shown, and whether each is."""
        return self._list("deviations")

    def choose_deviations(self, *ids: str, release: str = "") -> Form:
        """Show these and those of a release, and no others; the world after it."""
        wanted = {"ids": list(ids), **({"release": release} if release else {})}
        return self._ask("PUT", "deviations", wanted)

    def show_deviation(self, id: str) -> Form:  # noqa: A002 - the contract's name
        """Show one more; the world after it."""
        return self._ask("PUT", f"deviations/{_part(id)}")

    def hide_deviation(self, id: str) -> Form:  # noqa: A002 - the contract's name
        """Show one less; the world after it."""
        return self._ask("DELETE", f"deviations/{_part(id)}")

    def faults(self) -> Form:
        """The faults that requests may meet, and the seed of their dice."""
        return self._get("faults")

    def choose_faults(self, *faults: str | Form, seed: int = 0) -> Form:
        """Let these be met and no others, each a text as on the command line or a form; those in force."""
        return self._ask("PUT", "faults", {"seed": seed, "faults": [_fault(one) for one in faults]})

    def add_fault(self, fault: str | Form) -> Form:
        """Let one more be met; those in force."""
        return self._ask("POST", "faults", _fault(fault))

    def clear_faults(self, operation: str | None = None) -> Form:
        """Let those of an operation, or all, be met no longer; those in force."""
        return self._ask("DELETE", "faults", query={"operation": operation} if operation else None)

    def journal(self, **filters: str | int) -> list[Form]:
        """The latest entries, the latest last.

        `filters` are those of the contract: after, limit, method, operation, status, username, verdict.
        """
        return self._list("journal", filters)

    def entry(self, number: int) -> Form:
        """One entry in full."""
        return self._get(f"journal/{number}")

    def clear_journal(self) -> None:
        """Forget all entries."""
        self._send("DELETE", "journal")

    def events(self) -> Iterator[tuple[str, Form]]:
        """What happens from now on, until the world ends: the kind of each event, and what it tells."""
        try:
            with self._http.stream("GET", "events", timeout=httpx.Timeout(30, read=None)) as answer:
                if answer.status_code != 200:
                    answer.read()
                    raise _refusal(answer)
                kind = ""
                for line in answer.iter_lines():
                    if line.startswith("event: "):
                        kind = line.removeprefix("event: ")
                    elif line.startswith("data: "):
                        yield kind, json.loads(line.removeprefix("data: "))
        except httpx.TransportError as error:
            raise self._unreachable(error) from error

    def _get(self, path: str, query: Mapping[str, str | int] | None = None) -> Form:
        return self._ask("GET", path, query=query)

    def _list(self, path: str, query: Mapping[str, str | int] | None = None) -> list[Any]:
        return list(self._send("GET", path, query=query))

    def _ask(
        self,
        method: str,
        path: str,
        body: Form | None = None,
        query: Mapping[str, str | int] | None = None,
    ) -> Form:
        return dict(self._send(method, path, body, query))

    def _send(
        self,
        method: str,
        path: str,
        body: Form | None = None,
        query: Mapping[str, str | int] | None = None,
    ) -> Any:
        try:
            answer = self._http.request(method, path, json=body, params=query)
        except httpx.TransportError as error:
            raise self._unreachable(error) from error
        if not answer.is_success:
            raise _refusal(answer)
        return answer.json() if answer.content else None

    def _unreachable(self, error: Exception) -> ControlError:
        return ControlError(
            f"{self.url}: no mock answers: {error}",
            "start one with creditkit mock, or name its address with --url",
        )


def _part(name: str) -> str:
    return quote(name, safe="")


def _fault(fault: str | Form) -> Form:
    return {"text": fault} if isinstance(fault, str) else fault


def _refusal(answer: httpx.Response) -> ControlError:
    try:
        sentence = str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return ControlError(
            f"{answer.url}: answered {answer.status_code}, and not as the control of a mock",
            "is this a mock of creditkit?",
            status=answer.status_code,
        )
    return ControlError(sentence.rstrip("."), status=answer.status_code)
