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
