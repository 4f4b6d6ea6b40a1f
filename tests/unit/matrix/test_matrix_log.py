"""What the log has of a homeserver's troubles."""

from pathlib import Path

from structlog.testing import capture_logs

from bridges.matrix.network import MatrixNetwork
from bridges.matrix.settings import MatrixSettings
from bridges.network import Context


def test_the_log_has_each_reason_once_and_the_recovery(tmp_path: Path) -> None:
    settings = MatrixSettings(homeserver="http://localhost", user="@desk:localhost", access_token_env="DESK_TOKEN")
    network = MatrixNetwork("matrix", settings, Context(tmp_path, "helpdesk"))
    with capture_logs() as logs:
        for trouble in ("", "down", "down", "slow", "", "", "down"):
            network._note_trouble(trouble)
    assert [line.get("reason", line["event"]) for line in logs] == ["down", "slow", "matrix well again", "down"]
