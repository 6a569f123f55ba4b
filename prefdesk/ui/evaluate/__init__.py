"""The place Evaluate: checkpoints compared on prompts that were never trained on.

It shows what people think of each, and what can be counted without people; it asks for answers
and rates nothing itself. Imported by the window alone.
"""
