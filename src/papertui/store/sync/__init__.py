"""The library between machines, over git. Plain blocking code like all of `papertui.store`."""
