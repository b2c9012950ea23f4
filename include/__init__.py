"""Amanah: what is held in trust. Rooms from the lowest floor up: law, store, evidence, register, channels, intake,
duties, workflow, commands."""
