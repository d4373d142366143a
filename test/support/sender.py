"""Sends datagrams to netlink sockets of this network namespace, as any process may try to.

sender.py PROTOCOL GROUP COUNT HEX...: to a group or, if that is 0, to each port that is not the sender's own, COUNT times each
of the datagrams. COUNT 0 goes on until standard input ends. Prints "begun" after the first
round, and at the end how many were sent and how the others were refused, as JSON.
"""
import collections
import errno
import json
import select
import socket
import sys

protocol, group, count = (int(each) for each in sys.argv[1:4])
datagrams = [bytes.fromhex(each) for each in sys.argv[4:]]
link = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol)
link.bind((0, 0))
own = link.getsockname()[0]


def ports():
    rows = [line.split() for line in open("/proc/net/netlink").readlines()[1:]]
    found = {int(row[2]) & 0xFFFFFFFF for row in rows if int(row[1]) == protocol}
    return found - {0, own & 0xFFFFFFFF}


def going(done):
    return done < count if count else not select.select([sys.stdin], [], [], 0)[0]


results = collections.Counter()
done = 0
while going(done):
    done += 1
    for target in [(0, 1 << (group - 1))] if group else [(port, 0) for port in ports()]:
        for datagram in datagrams:
            try:
                # The kernel's own socket (port 0) is also in the group. It ignores the message, which is no request.
                link.sendto(datagram, socket.MSG_DONTWAIT, target)
                results["sent"] += 1
            except OSError as error:
                results[errno.errorcode[error.errno]] += 1
    if done == 1:
        print("begun", flush=True)
print(json.dumps(results))
