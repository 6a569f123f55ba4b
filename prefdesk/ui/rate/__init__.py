"""Rate: who rates, one answer after the other by keyboard, and the way back.

The queue, the answers and their undo belong to `prefdesk.project`; here they are only shown and
pressed. `prefdesk.ui.window` alone imports this package.
"""

from prefdesk.ui.rate.panel import RatePlace

__all__ = ["RatePlace"]
