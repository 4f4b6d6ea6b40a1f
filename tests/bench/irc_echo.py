"""The barest bot on a socket, as a process of its own. Arguments: PORT NICK ROOM."""

from __future__ import annotations

import socket
import sys


def main(port: str, nick: str, room: str) -> None:
    link = socket.create_connection(("127.0.0.1", int(port)))
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    link.sendall(f"NICK {nick}\r\nUSER {nick} 0 * :{nick}\r\n".encode())
    for line in link.makefile("r", encoding="utf-8", newline="\r\n"):
        if line.startswith("PING"):
            link.sendall(line.replace("PING", "PONG", 1).encode())
        elif " 001 " in line:
            link.sendall(f"JOIN {room}\r\n".encode())
        elif " 366 " in line:
            print("ready", flush=True)
        elif f" PRIVMSG {room} :" in line:
            link.sendall(f"PRIVMSG {room} :echo {line.split(' :', 1)[1]}".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
