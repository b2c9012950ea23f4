"""Take prepared shards into the register: new, changed, unchanged, gone; decided, owned and routed, in one transaction."""
