"""What a debug log or a network capture shows of associations, and why something was refused.

Pure: lines or bytes in, associations out, one at a time. ``model`` is what is known of one, whatever it was read from;
``from_log`` reads it; ``diagnosis`` says what went wrong and what to do. How it is shown belongs in
``render``.
"""
