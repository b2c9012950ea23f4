"""The source notice: who is owed one, when it goes out, and what its sending or silence means (IR 4(3))."""
