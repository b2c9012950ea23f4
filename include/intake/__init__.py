"""How data comes in: contract, receipt, landing, quality gate, normalising, classification, routing, register."""
