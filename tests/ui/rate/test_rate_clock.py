"""Seconds of attention: neither an absent rater nor a covered window counts."""

from prefdesk.ui.rate.clock import IDLE_S, FocusClock


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def test_that_reading_and_pressing_count() -> None:
    hand = Hand()
    clock = FocusClock(hand)
    clock.start()
    hand.now_s += 5
    clock.touch()
    hand.now_s += 2.5
    assert clock.lap() == 7.5
    hand.now_s += 1
    assert clock.lap() == 1


def test_that_a_long_absence_counts_as_half_a_minute() -> None:
    hand = Hand()
    clock = FocusClock(hand)
    clock.start()
    hand.now_s += 3600
    assert clock.lap() == IDLE_S


def test_that_a_long_text_may_be_read_without_touching_anything() -> None:
    hand = Hand()
    clock = FocusClock(hand)
    clock.start(characters=3000)
    hand.now_s += 200
    assert clock.lap() == 200


def test_that_time_behind_another_window_does_not_count() -> None:
    hand = Hand()
    clock = FocusClock(hand)
    clock.start()
    hand.now_s += 4
    clock.set_active(False)
    hand.now_s += 20
    clock.touch()
    clock.set_active(True)
    hand.now_s += 1
    assert clock.lap() == 5


def test_that_an_item_shown_behind_another_window_starts_with_the_window() -> None:
    hand = Hand()
    clock = FocusClock(hand)
    clock.set_active(False)
    clock.start()
    hand.now_s += 20
    clock.set_active(True)
    hand.now_s += 3
    assert clock.lap() == 3
