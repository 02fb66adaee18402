"""Starts an emulated AWS for each suite that asks for one, within milliseconds.

Loading moto takes seconds of processor time. This process does it once and forks for each suite, so that every suite
has an account of its own, and an empty one.

Listens on the Unix socket that is its argument, and prints a line when it does. Each connection sends the name of a
file for requests, or an empty line, and receives the emulator's port. The emulator ends with the connection, and this
process when its standard input closes: neither outlives the tests.
"""

import os
import select
import signal
import socket
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tools" / "develop" / "rehearsal"))

import emulator  # noqa: E402
from moto.ec2.models import ec2_backends  # noqa: E402
from moto.iam import models as iam  # noqa: E402


def serve(connection: socket.socket) -> None:
    """Runs one emulator until its connection ends."""
    requests_file = connection.makefile().readline().strip()
    connection.sendall(f"{emulator.start(requests_file or None)}\n".encode())
    connection.recv(1)


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # Nobody waits for an emulator to end.
    emulator.patch_moto()
    # While the variable is set, every caller is in that account. Without it, credentials that moto has issued belong to
    # the account they were issued for, and all others to the project's account.
    account = iam.DEFAULT_ACCOUNT_ID = os.environ.pop("MOTO_ACCOUNT_ID")
    # Takes half a second, in which a busy machine would keep the first caller waiting.
    iam.iam_backends[account]["aws"], ec2_backends[account]["ap-south-1"]
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(sys.argv[1])
        listener.listen()
        print("ready", flush=True)
        while sys.stdin not in select.select([sys.stdin, listener], [], [])[0]:
            connection, _ = listener.accept()
            with connection:
                if os.fork() == 0:
                    listener.close()
                    serve(connection)
                    os._exit(0)


main()
