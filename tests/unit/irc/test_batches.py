"""https://ircv3.net/specs/extensions/batch"""

from __future__ import annotations

from irctokens.line import tokenise

from bridges.irc import batches
from bridges.irc.batches import Batch, Batches


def push(all_: Batches, *lines: str) -> list[object]:
    return [done for line in lines if (done := all_.push(tokenise(line))) is not None]


def test_lines_of_other_kinds_go_on_one_by_one() -> None:
    open_ = Batches()
    push(open_, "@label=x :s BATCH +a example.com/foo")
    line = tokenise("@batch=a :s PRIVMSG a :b")
    assert open_.push(line) is line
    assert open_.label(line) == "x"
    assert push(open_, ":s BATCH -a") == []
    assert open_.label(line) == ""


def test_a_batch_in_a_collected_one_stands_where_it_ended() -> None:
    open_ = Batches()
    (done,) = push(
        open_,
        ":s BATCH +h chathistory #a",
        "@batch=h :a!u@h PRIVMSG #a :1",
        "@batch=h :a!u@h BATCH +m draft/multiline #a",
        "@batch=m :a!u@h PRIVMSG #a :2",
        "@batch=h :s BATCH -m",
        "@batch=h :a!u@h PRIVMSG #a :3",
        ":s BATCH -h",
    )
    assert isinstance(done, Batch)
    assert [line.params[-1] for line in done.lines()] == ["1", "2", "3"]
    assert isinstance(done.items[1], Batch)
    assert len(open_) == 0


def test_a_server_that_closes_nothing_gains_nothing() -> None:
    open_ = Batches()
    for n in range(1_000):
        push(open_, f":s BATCH +{n} chathistory #a")
    assert len(open_) == 64


def test_what_is_held_is_bounded_and_the_batch_says_so() -> None:
    open_ = Batches()
    push(open_, ":s BATCH +h chathistory #a")
    line = tokenise(f"@batch=h :a!u@h PRIVMSG #a :{'x' * 15_000}")
    for _ in range(2 * batches._HELD_LIMIT // 15_000):
        assert open_.push(line) is None
    (done,) = push(open_, ":s BATCH -h")
    assert isinstance(done, Batch)
    assert done.cut
    assert sum(len(line.params[-1]) for line in done.lines()) <= batches._HELD_LIMIT
    (again,) = push(open_, ":s BATCH +h chathistory #a", "@batch=h :a!u@h PRIVMSG #a :1", ":s BATCH -h")
    assert isinstance(again, Batch)
    assert not again.cut


def test_nonsense_is_borne() -> None:
    open_ = Batches()
    assert push(open_, ":s BATCH", ":s BATCH +", ":s BATCH -", ":s BATCH -x", ":s BATCH x", "@batch=q :s PING a")[0]
    push(open_, "@batch=l :s BATCH +l chathistory", "@batch=l :s BATCH +k", "@batch=k :s BATCH +l chathistory")
