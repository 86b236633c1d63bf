"""Real libvirt for the demo, the tests and the benchmarks: private daemons and guests that boot in seconds.

Nothing here is part of the package `sysvirt`, and nothing here touches the machine's own libvirt.
"""
