"""The same requests meet the same faults, whatever else goes on."""

from __future__ import annotations

import statistics

from creditkit.mock import Dice, Effect, Faults, Latency, Status, fault_of

LIST, CREATE = "customer_credits_list", "customer_credits_create"


def rolled(dice: Dice, operation: str = LIST, times: int = 200) -> list[tuple[Effect, ...]]:
    return [dice.roll(operation) for _ in range(times)]


def delays(text: str, times: int = 2000) -> list[float]:
    dice = Dice(Faults((fault_of(f"latency={text}"),)))
    effects = [dice.roll(LIST)[0] for _ in range(times)]
    return [effect.delay.low for effect in effects if isinstance(effect, Latency)]


def test_a_seed_is_a_sequence() -> None:
    faults = Faults((fault_of("status=503,rate=0.5"), fault_of("latency=100..200,rate=0.5")), seed=7)
    first = rolled(Dice(faults))
    assert first == rolled(Dice(faults)) == rolled(Dice(faults).fork())
    assert first != rolled(Dice(Faults(faults.faults, seed=8)))
    told = [[str(effect) for effect in effects] for effects in first[:5]]
    assert told == [
        ["latency=124"],
        [],
        ["status=503", "latency=194"],
        [],
        ["status=503"],
    ]  # on every machine


def test_other_operations_and_other_faults_change_nothing() -> None:
    half = fault_of("status=503,rate=0.5")
    alone = rolled(Dice(Faults((half,))))
    busy = Dice(Faults((fault_of("latency=5..9"), half)))
    mixed = []
    for _ in range(200):
        busy.roll(CREATE)
        mixed.append(tuple(effect for effect in busy.roll(LIST) if isinstance(effect, Status)))
    assert mixed == alone
    assert alone != rolled(Dice(Faults((half,))), CREATE)


def test_a_higher_rate_meets_the_same_requests_and_more() -> None:
    some = rolled(Dice(Faults((fault_of("cut,rate=0.3"),))))
    more = rolled(Dice(Faults((fault_of("cut,rate=0.6"),))))
    assert 40 < sum(map(bool, some)) < 80 < 100 < sum(map(bool, more)) < 140
    assert all(more[n] for n, effects in enumerate(some) if effects)


def test_rates_0_and_1_are_never_and_always() -> None:
    assert rolled(Dice(Faults((fault_of("cut,rate=0"),)))) == [()] * 200
    assert all(rolled(Dice(Faults((fault_of("cut"),)))))


def test_dice_go_on_from_their_counts() -> None:
    faults = Faults((fault_of("cut,rate=0.5"),), seed=3)
    dice = Dice(faults)
    rolled(dice, times=20)
    counts = dice.counts
    assert counts == {LIST: 20}
    after = rolled(dice)
    assert counts == {LIST: 20}
    assert rolled(Dice(faults, counts)) == after


def test_requests_that_meet_no_fault_are_not_counted() -> None:
    dice = Dice(Faults((fault_of(f"{LIST}:cut"),)))
    assert dice.roll(CREATE) == ()
    assert dice.counts == {}


def test_delays_are_distributed_as_they_are_written() -> None:
    assert set(delays("300")) == {300}
    uniform = delays("200..800")
    assert 200 <= min(uniform) < 210
    assert 790 < max(uniform) <= 800
    assert abs(statistics.mean(uniform) - 500) < 15
    normal = delays("300~80")
    assert abs(statistics.mean(normal) - 300) < 8
    assert abs(statistics.stdev(normal) - 80) < 8
    assert min(delays("10~80")) == 0
