"""Archives of ended accounts: kept within the window of policy 4, restored when asked for, and then destroyed."""
