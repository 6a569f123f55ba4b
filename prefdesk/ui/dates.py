"""Dates and times of day as the present language writes them."""

from PySide6.QtCore import QDateTime, QLocale

SHORT = QLocale.FormatType.ShortFormat


def moment(ms: int) -> str:
    """A time of day, with the date unless it is today's."""
    at = QDateTime.fromMSecsSinceEpoch(ms)
    if at.date() == QDateTime.currentDateTime().date():
        return QLocale().toString(at.time(), SHORT)
    return date_and_time(ms)


def date_and_time(ms: int) -> str:
    """A date and a time, today's too."""
    return QLocale().toString(QDateTime.fromMSecsSinceEpoch(ms), SHORT)


def day(ms: int) -> str:
    """A date without the time."""
    return QLocale().toString(QDateTime.fromMSecsSinceEpoch(ms).date(), SHORT)
