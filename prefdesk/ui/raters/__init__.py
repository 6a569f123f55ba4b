"""The place Raters: do people agree, who and what stands out, and what every reward is made of.

It shows the stored report at once and has a fresh one worked out in a process of its own; no
formula lives here. The window imports `panel`, and Train borrows `words` and `arrange`.
"""
