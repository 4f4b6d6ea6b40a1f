from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bridges.irc.bucket import Bucket


@given(st.floats(0.1, 50), st.integers(1, 20), st.lists(st.floats(0, 3), min_size=1, max_size=60))
def test_never_more_than_burst_and_rate_allow(rate: float, burst: int, pauses: list[float]) -> None:
    now, bucket = 0.0, Bucket(rate, burst, 0.0)
    for sent, pause in enumerate(pauses, 1):
        now += pause + bucket.wait(now + pause)
        assert bucket.wait(now) < 1e-6
        bucket.spend(now)
        assert sent <= burst + rate * now + 1e-3


def test_urgent_lines_run_into_debt_of_one_burst_at_most() -> None:
    bucket = Bucket(1.0, 5, 0.0)
    for _ in range(100):
        bucket.spend(0.0)
    assert bucket.wait(0.0) == 6.0


def test_a_clock_that_stands_still_or_goes_back_gives_nothing() -> None:
    bucket = Bucket(1.0, 1, 10.0)
    bucket.spend(10.0)
    assert bucket.wait(5.0) == 1.0
    assert bucket.wait(10.0) == 1.0


def test_a_complaint_halves_the_pace_and_silence_gives_it_back() -> None:
    bucket = Bucket(1.0, 8, 0.0)
    bucket.slow_down(0.0)
    assert bucket.pace == 0.5
    assert bucket.wait(0.0) == 2.0
    bucket.reconnected(0.0)
    sent = 0
    while not bucket.wait(0.0):
        bucket.spend(0.0)
        sent += 1
    assert sent == 4  # the burst is halved too, also on the next connection
    assert 0.5 < pace_at(bucket, 300.0) < 1.0
    assert pace_at(bucket, 1_300.0) == 1.0


def pace_at(bucket: Bucket, now: float) -> float:
    bucket.wait(now)
    return bucket.pace


def test_it_never_stands_still() -> None:
    bucket = Bucket(1.0, 5, 0.0)
    for _ in range(100):
        bucket.slow_down(0.0)
    assert 0 < bucket.wait(0.0) <= 16.0


def test_a_message_of_many_lines_costs_them() -> None:
    bucket = Bucket(1.0, 5, 0.0)
    bucket.spend(0.0, 4)
    assert bucket.wait(0.0) == 0.0
    bucket.spend(0.0, 4)
    assert bucket.wait(0.0) == 4.0
