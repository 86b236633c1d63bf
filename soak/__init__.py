"""What takes too long for the tests: interrupts, events, reconnects and idleness for minutes or hours.

`./dev soak [MINUTES]`; the tests run each case for some seconds.
"""
