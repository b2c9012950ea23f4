"""What is owed: the source notice, destruction, and the watch over every clock."""
