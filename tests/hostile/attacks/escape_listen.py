# Opens doors on this machine: a port, an abstract name, a datagram.
import socket
for family, kind, address in ((socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 47115)), (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 47115)), (socket.AF_UNIX, socket.SOCK_STREAM, "\0reskit_hostile"), (socket.AF_INET6, socket.SOCK_STREAM, ("::1", 47115))):
    try: door = socket.socket(family, kind); door.bind(address); print("LEAK bound")
    except OSError: pass
