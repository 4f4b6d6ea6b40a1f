"""What holds for all tests. With CI set, a skipped test is a failed run: there everything a test needs is set up."""

import os

import pytest
from hypothesis import HealthCheck, settings

EXPLAINED = "CI is set, and tests were skipped: what they need must be set up (see the SKIPPED lines, and .ci/setup)."

# How long an example takes says how busy the machine is, and nothing about the code.
settings.register_profile("helpdesk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("helpdesk")


def _must_not_skip() -> bool:
    return os.environ.get("CI", "").lower() in ("1", "true")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if _must_not_skip() and reporter is not None and reporter.stats.get("skipped") and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _must_not_skip() and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line(EXPLAINED, red=True)
