"""Prints an attribute for each row of pyroute2's tables, as pyroute2 encodes it: name, type, nla_type and payload in hexadecimal.

Omits rows without a type: pyroute2 has many as `hex`. Numbers have the byte order of the machine.
"""

import importlib
import json
import pkgutil
import struct

import pyroute2.netlink
from pyroute2.netlink import nlmsg_base

VALUES = {
    'uint8': 0x81,
    'uint16': 0x8182,
    'uint32': 0x81828384,
    'uint64': 0x8182838485868788,
    'int8': 0x81 - (1 << 8),
    'int16': 0x8182 - (1 << 16),
    'int32': 0x81828384 - (1 << 32),
    'int64': 0x8182838485868788 - (1 << 64),
    'be8': 0x81,
    'be16': 0x8182,
    'be32': 0x81828384,
    'be64': 0x8182838485868788,
    'flag': True,
    'asciiz': 'text',
    'ip4addr': '10.1.2.3',
    'ip6addr': '2001:db8::1',
    'l2addr': '02:03:04:05:06:07',
}


def modules():
    for found in pkgutil.walk_packages(pyroute2.netlink.__path__, 'pyroute2.netlink.'):
        try:
            yield importlib.import_module(found.name)
        except ImportError:
            pass


def classes(holder, seen):
    for member in list(vars(holder).values()):
        if isinstance(member, type) and issubclass(member, nlmsg_base) and member not in seen:
            seen.add(member)
            yield member
            yield from classes(member, seen)


def rows(table):
    entries = list(table.items()) if isinstance(table, dict) else list(table)
    for index, entry in enumerate(entries):
        number, name, kind = (entry if isinstance(entry[0], int) else (index, *entry))[:3]
        yield number, name, kind


def attribute(data, number):
    """Returns the last attribute in the bytes of a message or nest."""
    for at in range(len(data) - 4, -1, -4):
        length, kind = struct.unpack_from('=HH', data, at)
        if length >= 4 and at + ((length + 3) & ~3) == len(data) and kind & 0x3FFF == number:
            return kind, data[at + 4 : at + length]
    return None


found = {}
for module in modules():
    for each in classes(module, set()):
        for number, name, kind in rows(getattr(each, 'nla_map', ()) or ()):
            if kind not in VALUES:
                continue
            try:
                message = each()
                message['attrs'] = [(name, VALUES[kind])]
                message.encode()
            except Exception:
                continue
            encoded = attribute(bytes(message.data), number)
            if encoded is not None:
                found[(name, number)] = (kind, encoded[0], encoded[1].hex())

for (name, _), (kind, number, payload) in sorted(found.items()):
    print(json.dumps([name, kind, number, payload]))
