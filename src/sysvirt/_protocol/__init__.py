"""libvirt's wire protocol as data and pure functions: no I/O, no clock, no threads."""
