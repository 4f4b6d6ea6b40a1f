import string
import tomllib
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bridges.events import RoomId
from helpdesk.config import build, load
from helpdesk.first import Answers, Irc, Matrix, render, secrets_of
from helpdesk.model import Role

TYPED = """helpdesk
https://help.example.org
en
articles
y
irc.example.org
6697
helpdesk
desk-account
#help
#sig
y
matrix.example.org
https://matrix.example.org
@helpdesk:example.org
#help:example.org
#sig:example.org
anna b-en
@anna:example.org
"""


def test_the_interview_makes_a_working_configuration(run, here: Path) -> None:
    result = run("init", typed=TYPED)
    assert result.exit_code == 0, result.stderr
    assert "write it as https://matrix.example.org" in result.output  # the first answer would not do: asked again
    config = load(here / "helpdesk.toml")
    assert config.public_url == "https://help.example.org/"
    assert {name for name, kind in config.kinds.items() if kind != "web"} == {"irc", "matrix"}
    assert config.volunteer_rooms == (("irc", RoomId("#sig")), ("matrix", RoomId("#sig:example.org")))
    assert set(config.roles.values()) == {Role.LEAD}
    assert len(config.roles) == 3
    assert config.kb_folders == (here / "articles",)
    assert (here / "articles").is_dir()


def test_it_names_the_files_for_secrets_and_makes_none(run, here: Path) -> None:
    result = run("init", typed=TYPED)
    assert "secrets/irc-password" in result.output
    assert "secrets/matrix-password" in result.output
    assert {path.name for path in here.iterdir()} == {"helpdesk.toml", "articles"}
    # The paths hold wherever the service is started from.
    assert load(here / "helpdesk.toml").networks["irc"].sasl_password_file == here / "secrets" / "irc-password"  # type: ignore[attr-defined]


def test_it_overwrites_only_when_told(run, here: Path) -> None:
    (here / "helpdesk.toml").write_text("mine")
    result = run("init", "--yes")
    assert result.exit_code == 1
    assert "--force" in result.stderr
    assert (here / "helpdesk.toml").read_text() == "mine"
    assert run("init", "--yes", "--force").exit_code == 0
    assert set(load(here / "helpdesk.toml").networks) == {"web"}


def test_yes_asks_nothing(run, here: Path) -> None:
    result = run("-c", "desk/helpdesk.toml", "init", "--yes")
    assert result.exit_code == 0
    assert "helpdesk -c desk/helpdesk.toml check" in result.output
    assert load(here / "desk" / "helpdesk.toml").state == here / "desk" / "state"


def test_the_example_in_config_is_a_configuration() -> None:
    config = load(Path(__file__).parents[3] / "config" / "helpdesk.toml")
    assert set(config.kinds.values()) == {"irc", "matrix", "web"}
    assert config.linked


_room = st.text(string.ascii_letters + string.digits + "\"\\'-_.é", min_size=1, max_size=12)


@given(rooms=st.lists(_room, max_size=3), account=_room, path=st.text(st.characters(codec="utf-8"), max_size=10))
def test_any_answer_is_written_as_it_was_given(rooms: list[str], account: str, path: str) -> None:
    answers = Answers(
        articles=path.replace("\0", ""),
        irc=Irc("irc.example.org", tls=False, sasl_user=account, rooms=tuple(f"#{room}" for room in rooms)),
        matrix=Matrix("https://m.example.org", "@d:example.org", volunteer_rooms=("#sig:example.org",)),
    )
    data = tomllib.loads(render(answers))
    config = build(data)
    assert config.networks["irc"].rooms == tuple(dict.fromkeys(f"#{room}" for room in rooms))
    assert config.networks["irc"].sasl_user == account  # type: ignore[attr-defined]
    assert data["kb"].get("folders", [""]) == [answers.articles]
    assert len(secrets_of(answers)) == 2
