"""Take prepared shards into the register: new, changed, unchanged or gone; decided, owned and routed at once."""
