"""A program in place of ssh: passes bytes between its standard input and output, and a unix socket.

relay.py SOCKET [WORDS]     WORDS are printed to stderr at the daemon's end
"""

import os
import select
import socket
import sys


def main() -> int:
    with socket.socket(socket.AF_UNIX) as daemon:
        daemon.connect(sys.argv[1])
        while True:
            ready, _, _ = select.select([0, daemon.fileno()], [], [])
            if 0 in ready:
                data = os.read(0, 65536)
                if not data:
                    return 0
                try:
                    daemon.sendall(data)
                except BrokenPipeError:
                    pass  # what it has sent before is passed on first
            if daemon.fileno() in ready:
                data = daemon.recv(65536)
                if not data:
                    print(*sys.argv[2:], file=sys.stderr)
                    return 1
                while data:
                    data = data[os.write(1, data) :]


if __name__ == "__main__":
    sys.exit(main())
