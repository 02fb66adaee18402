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
from moto.backends import get_backend  # noqa: E402
from moto.iam import models as iam  # noqa: E402

# What a deployment of the project needs; moto loads the others when somebody asks for them.
SERVICES = (
    *("apigateway", "budgets", "ce", "cloudfront", "cloudwatch", "ec2", "iam", "kms", "lambda", "logs", "rds"),
    *("resourcegroupstaggingapi", "s3", "secretsmanager", "sns", "sts"),
)


def serve(connection: socket.socket) -> None:
    """Runs one emulator until its connection ends."""
    requests_file = connection.makefile().readline().strip()
    connection.sendall(f"{emulator.start(requests_file or None)}\n".encode())
    connection.recv(1)


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # Nobody waits for an emulator to end.
    emulator.mend()
    # While the variable is set, moto takes every caller for one of that account. Credentials that it has made for another
    # account shall count as that one's, and all others as the project's.
    iam.DEFAULT_ACCOUNT_ID = os.environ.pop("MOTO_ACCOUNT_ID")
    for service in SERVICES:
        get_backend(service)
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
