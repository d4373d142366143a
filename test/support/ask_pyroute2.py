"""Reads messages in hex, one a line, and prints what pyroute2 makes of each as a line of JSON: the name that its decoder has
for the message's number, header and attributes (offset in the message, number, name), or null where it has no decoder."""

import json
import struct
import sys

from pyroute2.netlink.rtnl import RTM_VALUES
from pyroute2.netlink.rtnl.marshal import MarshalRtnl

TYPE_MASK = 0x3FFF


def attributes(data, message):
    """All attributes that pyroute2 has a name for, outermost first."""
    for slot in message.get('attrs') or ():
        name, nla = slot.cell
        if name == 'UNKNOWN':
            continue
        (number,) = struct.unpack_from('=H', data, nla.offset + 2)
        yield [nla.offset, number & TYPE_MASK, name]
        value = slot.get_value()
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict) and 'attrs' in inner:
                yield from attributes(data, inner)


def read(data):
    (number,) = struct.unpack_from('=H', data, 4)
    decoder = MarshalRtnl.msg_map.get(number)
    if decoder is None:
        return None
    message = decoder(data)
    message.decode()
    header = message['header']
    return {
        'type': RTM_VALUES.get(number),
        'header': {key: header[key] for key in ('length', 'type', 'flags', 'sequence_number', 'pid')},
        'attributes': list(attributes(data, message)),
    }


for line in sys.stdin:
    try:
        print(json.dumps(read(bytes.fromhex(line))))
    except Exception as error:
        print(json.dumps({'error': f'{type(error).__name__}: {error}'}))
