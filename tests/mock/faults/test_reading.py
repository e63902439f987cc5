"""One notation for faults, on the command line, in files and in JSON; what is wrong in it is told clearly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from creditkit.errors import UsageError
from creditkit.mock import (
    Cut,
    Delay,
    Disconnect,
    Fault,
    Faults,
    Latency,
    Status,
    Trickle,
    fault_of,
    faults_in,
)

LIST = "customer_credits_list"

WRITTEN: list[tuple[str, dict[str, Any], Fault]] = [
    ("latency=300", {"latency": 300}, Fault(Latency(Delay(300)))),
    ("*:latency=200..800", {"latency": "200..800"}, Fault(Latency(Delay(200, high=800)))),
    (
        f"{LIST}:latency=300~80,rate=0.5",
        {"operation": LIST, "latency": "300~80", "rate": 0.5},
        Fault(Latency(Delay(300, deviation=80)), LIST, 0.5),
    ),
    ("status=502, rate = 0", {"status": "502", "rate": 0}, Fault(Status(502), rate=0)),
    ("status=503,retry-after=5", {"status": 503, "retry_after": 5}, Fault(Status(503, 5))),
    ("disconnect", {"disconnect": True}, Fault(Disconnect())),
    ("cut", {"cut": 0.5}, Fault(Cut(0.5))),
    ("cut=0", {"cut": "0"}, Fault(Cut(0))),
    ("trickle=2000", {"trickle": "2000"}, Fault(Trickle(Delay(2000)))),
]


@pytest.mark.parametrize(("text", "data", "fault"), WRITTEN)
def test_text_and_json_say_the_same(text: str, data: dict[str, Any], fault: Fault) -> None:
    assert fault_of(text) == fault_of(data) == fault


@pytest.mark.parametrize("fault", [fault for _, _, fault in WRITTEN], ids=str)
def test_a_fault_is_written_as_it_is_read(fault: Fault) -> None:
    assert fault_of(str(fault)) == fault_of(fault.data) == fault


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("customer_credits_lst:cut", "there is no operation 'customer_credits_lst'"),
        ({"operation": ["x"], "cut": 1}, "there is no operation"),
        ("latency", "latency takes milliseconds: 300, 200..800 or, as mean and deviation, 300~80"),
        ("latency=-1", "latency takes milliseconds"),
        ("latency=800..200", "latency takes milliseconds"),
        ("trickle=600001", "trickle takes milliseconds"),
        ({"latency": True}, "latency takes milliseconds"),
        ({"latency": [300]}, "latency takes milliseconds"),
        ("status=404", "status takes one of 429, 500, 502, 503, 504"),
        ("disconnect=maybe", "disconnect takes nothing, or true"),
        ("cut=1.1", "cut takes the share"),
        ("cut=nan", "cut takes the share"),
        ("cut,rate=2", "rate is the share of requests"),
        ("latency=1,cut", "this one has latency, cut"),
        ("rate=1", "this one has none"),
        ("", "'' is none"),
        ("slow=1", "'slow' is none"),
        ("status=500,retry_after=1", "retry_after goes with status 429 and 503 alone"),
        ("status=503,retry_after=1.5", "retry_after takes whole seconds"),
    ],
)
def test_what_is_no_fault_is_told_with_a_hint(written: Any, told: str) -> None:
    with pytest.raises(UsageError) as raised:
        fault_of(written)
    assert raised.value.message.startswith("fault ")
    assert told in raised.value.message
    assert raised.value.hint


def test_a_near_operation_is_hinted_at() -> None:
    with pytest.raises(UsageError) as raised:
        fault_of("customer_credits_lst:cut")
    assert "did you mean customer_credits_list" in raised.value.hint


def test_a_file_holds_texts_and_objects(tmp_path: Path) -> None:
    file = tmp_path / "faults.yaml"
    file.write_text(f"- latency=300\n- operation: {LIST}\n  status: 503\n  rate: 0.25\n- disconnect: true\n")
    assert faults_in(file) == (
        Fault(Latency(Delay(300))),
        Fault(Status(503), LIST, 0.25),
        Fault(Disconnect()),
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "faults.yaml: cannot be read"),
        ("cut: 1\n", "faults.yaml: not a list of faults"),
        ("", "faults.yaml: not a list of faults"),
        ("- cut\n- [cut]\n", "faults.yaml:2: fault {}: a fault is one of"),
        ("- cut\n\n- status: 404\n", "faults.yaml:3: fault {'status': '404'}: status takes"),
        ("- cut\n- *:cut\n", "faults.yaml:2: not YAML"),
    ],
)
def test_a_bad_file_is_told_with_its_line(tmp_path: Path, text: str | None, told: str) -> None:
    file = tmp_path / "faults.yaml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(UsageError) as raised:
        faults_in(file)
    assert told in raised.value.message


def test_adding_doubles_nothing_and_clearing_names_an_operation() -> None:
    cut, late, down = fault_of("cut"), fault_of(f"{LIST}:latency=9"), fault_of(f"{LIST}:status=500")
    faults = Faults(seed=7).add(cut, late).add(late, down)
    assert faults == Faults((cut, late, down), 7)
    assert faults.clear(LIST) == Faults((cut,), 7)
    assert faults.clear("*") == Faults((late, down), 7)
    assert faults.clear() == Faults((), 7)
    assert (bool(faults), bool(faults.clear())) == (True, False)
