"""What we hold: sources, deliveries, listings, contact points, the people behind them, and who must not come back."""
