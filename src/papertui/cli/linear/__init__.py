"""Linear mode: the app as lines of text, for screen readers, slow lines and scripts.

No alternate screen, no moves of the cursor, no colours and no Textual: every event is a line. The keys and commands are
those of the app.
"""
