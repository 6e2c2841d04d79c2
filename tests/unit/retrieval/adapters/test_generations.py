from pathlib import Path

from retrieval.adapters.generations import Generations


def test_nothing_is_current_before_the_first_publication(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    assert generations.current() is None
    first = generations.begin()
    assert generations.current() is None
    assert generations.unfinished() == first
    generations.publish(first)
    assert generations.current() == first
    assert generations.unfinished() is None


def test_a_writer_works_on_a_copy_and_the_copy_replaces_the_old_state(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    first = generations.begin()
    (first / "data").write_text("one")
    generations.publish(first)
    second = generations.begin()
    (second / "data").write_text("two")
    assert (first / "data").read_text() == "one"
    generations.publish(second)
    assert Generations(tmp_path).current() == second
    assert not first.exists()


def test_what_a_killed_writer_left_is_gone_on_with(tmp_path: Path) -> None:
    killed = Generations(tmp_path).begin()
    (killed / "data").write_text("half")
    assert Generations(tmp_path).begin() == killed


def test_a_copy_that_was_cut_short_does_not_count(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    generations.publish(generations.begin())
    (tmp_path / "copying").mkdir()
    (tmp_path / "copying" / "rubbish").touch()
    assert generations.unfinished() is None
    assert not (generations.begin() / "rubbish").exists()


def test_only_one_may_write_at_a_time(tmp_path: Path) -> None:
    one, other = Generations(tmp_path), Generations(tmp_path)
    assert one.lock()
    assert not other.lock()
    one.unlock()
    assert other.lock()
