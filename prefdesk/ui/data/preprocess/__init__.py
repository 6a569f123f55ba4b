"""The tab Preprocessing of Data: lengths, what was found about prompts, and decisions."""

from prefdesk.ui.data.preprocess.view import PreprocessView

__all__ = ["PreprocessView"]
