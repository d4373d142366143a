"""Opens sockets of all kinds, in known states, and keeps them open until its standard input ends. Prints a line when they are open."""

import os
import socket
import struct
import sys

folder, abstract = sys.argv[1], "\0" + sys.argv[2]
kept = []


def keep(*sockets):
    kept.extend(sockets)
    return sockets[0]


def listening(family, address, port, backlog=5, **options):
    server = keep(socket.socket(family, socket.SOCK_STREAM))
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if "v6only" in options:
        server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, options["v6only"])
    if "device" in options:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, options["device"].encode())
    if "mark" in options:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, options["mark"])
    server.bind((address, port))
    server.listen(backlog)
    return server


def connected(server, address, port, local):
    """Connects from a local address and port, and returns both ends."""
    family = socket.AF_INET6 if ":" in local[0] else socket.AF_INET
    client = socket.socket(family, socket.SOCK_STREAM)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    client.bind(local)
    client.connect((address, port))
    return client, server.accept()[0]


IN, IN6 = socket.AF_INET, socket.AF_INET6

plain = listening(IN, "127.0.0.1", 8000)
client, end = connected(plain, "127.0.0.1", 8000, ("127.0.0.1", 4001))
client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
client.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, 0x10)
client.sendall(b"unread" * 100)
keep(client, end)
keep(*connected(listening(IN6, "::1", 8001, v6only=1), "::1", 8001, ("::1", 4002)))
keep(*connected(listening(IN6, "::", 8002, v6only=0), "127.0.0.1", 8002, ("127.0.0.1", 4003)))
listening(IN6, "::", 8003, v6only=1)

# One direction is closed: FIN-WAIT-2 and CLOSE-WAIT.
client, end = connected(listening(IN, "127.0.0.1", 8004), "127.0.0.1", 8004, ("127.0.0.1", 4004))
client.shutdown(socket.SHUT_WR)
keep(client, end)

# The end that closes first waits: TIME-WAIT.
client, end = connected(listening(IN, "127.0.0.1", 8005), "127.0.0.1", 8005, ("127.0.0.1", 4005))
client.close()
end.recv(1)
end.close()

listening(IN, "127.0.0.2", 8006, device="lo")
listening(IN, "127.0.0.1", 8007, mark=0x17)
# The kernel chooses the port. The connection is not accepted: it waits in the queue.
waiting = keep(socket.socket(IN, socket.SOCK_STREAM))
waiting.connect(("127.0.0.1", 8000))
# Nothing answers: SYN-SENT.
unanswered = keep(socket.socket(IN, socket.SOCK_STREAM))
unanswered.setblocking(False)
unanswered.bind(("127.0.0.1", 4006))
unanswered.connect_ex(("10.9.9.9", 443))

udp = keep(socket.socket(IN, socket.SOCK_DGRAM))
udp.bind(("127.0.0.1", 9000))
udp6 = keep(socket.socket(IN6, socket.SOCK_DGRAM))
udp6.bind(("::1", 9001))
udp6.connect(("::1", 9002))
sender = keep(socket.socket(IN, socket.SOCK_DGRAM))
sender.bind(("127.0.0.3", 9003))
sender.connect(("127.0.0.1", 9000))
sender.send(b"datagram")

path = os.path.join(folder, "stream")
server = keep(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
server.bind(path)
server.listen(3)
pending = keep(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
pending.connect(path)
named = keep(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET))
named.bind(abstract)
named.listen(7)
datagrams = keep(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
datagrams.bind(os.path.join(folder, "datagrams"))
one, other = socket.socketpair()
one.sendall(b"waiting")
one.shutdown(socket.SHUT_WR)
keep(one, other)

ETH_P_ALL, ETH_P_IP = 3, 0x800
keep(socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL)))
bound = keep(socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_IP)))
bound.bind(("lo", ETH_P_IP))
PACKET_FANOUT = 18
bound.setsockopt(socket.SOL_PACKET if hasattr(socket, "SOL_PACKET") else 263, PACKET_FANOUT, struct.pack("I", 7 | 1 << 16))

netlink = keep(socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0))
netlink.bind((0, 1 | 1 << 4))

# A second descriptor of one socket.
keep(os.dup(plain.fileno()))

print("open", flush=True)
sys.stdin.read()
