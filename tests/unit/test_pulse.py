"""How `helpdesk networks` knows since when a network is well, and how often it came back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bridges.network import Health
from helpdesk.pulse import Pulse
from tests.desk import config_for, running

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_a_network_that_was_down_comes_back() -> None:
    pulse = Pulse()
    seen = []
    for second, ok in enumerate((False, False, True, True, False, True)):
        pulse.look("irc", NOW + timedelta(seconds=second), ok=ok)
        beat = pulse.of("irc")
        assert beat.since is not None
        seen.append(((beat.since - NOW).seconds, beat.reconnects))
    # Coming up for the first time is no coming back.
    assert seen == [(0, 0), (0, 0), (2, 0), (2, 0), (4, 0), (5, 1)]
    assert pulse.of("other").since is None


async def test_what_a_network_reports_is_a_sign_of_life(tmp_path: Path) -> None:
    async with running(config_for(tmp_path), f"sqlite:///{tmp_path}/desk.db") as desk:
        pulse = desk.supervisor.pulse
        desk["chat"].say("helpdesk: thanks!")
        await desk.says("chat", "You’re welcome")
        beat = pulse.of("chat")
        assert beat.last_event is not None
        assert beat.ok
        assert pulse.of("other").last_event is None
        network = desk["chat"]
        network.health = lambda: Health(ok=False, detail="no link")  # type: ignore[method-assign]
        assert not desk.supervisor.health(network).ok
        assert not beat.ok
        del network.health
        desk["chat"].say("helpdesk: thanks!")
        await desk.says("chat", "You’re welcome")
        assert (beat.ok, beat.reconnects) == (True, 1)
