"""What a probe of a peer has found: each form in a module of its own."""
