"""What a sending did: each form in a module of its own."""
