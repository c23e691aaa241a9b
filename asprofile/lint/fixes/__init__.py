"""What mends a slip: edits on text and on lists, which of them are safe, and applying them."""
