"""The place Overview: the loop in six numbers, the one next step, and what happened lately.

It counts nothing itself and changes nothing but jobs that it is asked to continue. Imported by
the window alone.
"""
