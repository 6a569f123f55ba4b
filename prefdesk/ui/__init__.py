"""The window: everything a screen needs, and the only package that imports Qt.

No SQL, no formula and no model lives here: widgets hand verbs to `prefdesk.project` and draw
what comes back. Nobody below imports this package; the command line does not know it.
"""
