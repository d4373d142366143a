import { DecodeError, decode, EncodeError, encode } from '@netloom/netlink/codec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Uevent, uevent } from '../../packages/netlink/dist/uevent/index.js'
import { cpuOf } from '../support/until.js'
import { vectors } from '../support/vectors.js'

const hex = (text: string) => Buffer.from(text, 'latin1').toString('hex')

/** Recorded: the message of Linux 6.1 about `ip link add d0 type dummy`. */
const added = [
  'add@/devices/virtual/net/d0',
  'ACTION=add',
  'DEVPATH=/devices/virtual/net/d0',
  'SUBSYSTEM=net',
  'INTERFACE=d0',
  'IFINDEX=2',
  'SEQNUM=806',
]
const lines = (texts: readonly string[]) => hex(texts.map((text) => `${text}\0`).join(''))

const properties: Uevent['properties'] = [
  ['ACTION', 'add'],
  ['DEVPATH', '/devices/virtual/net/d0'],
  ['SUBSYSTEM', 'net'],
]
/** The header of udev: prefix, magic, its size, offset and length of the properties, hash of `net`, no other hashes. */
const udevHeader = (length: string, order: 'LE' | 'BE') => {
  const size = order === 'LE' ? '28000000' : '00000028'
  return `${hex('libudev\0')} feedcafe ${size} ${size} ${length} 1d5a3c2e 00000000 00000000 00000000`
}
const udevLines = lines(['ACTION=add', 'DEVPATH=/devices/virtual/net/d0', 'SUBSYSTEM=net'])
const udev = {
  filterSubsystemHash: 0x1d5a3c2e,
  filterDevtypeHash: 0,
  filterTagBloomHi: 0,
  filterTagBloomLo: 0,
}

vectors(
  uevent,
  {
    correct: [
      [
        {
          action: 'add',
          devpath: '/devices/virtual/net/d0',
          properties: [...properties, ['INTERFACE', 'd0'], ['IFINDEX', '2'], ['SEQNUM', '806']],
        },
        lines(added),
      ],
      // Order, repeats, values with '=', empty ones, none at all, '@' in a path, bytes that are not UTF-8
      [
        {
          action: 'change',
          devpath: '/devices/a@b',
          properties: [
            ['B', '2'],
            ['A', '1=x'],
            ['B', '3'],
            ['EMPTY', ''],
            ['BARE', undefined],
            ['', undefined],
            ['NAME', '\udcff'],
          ],
        },
        lines(['change@/devices/a@b', 'B=2', 'A=1=x', 'B=3', 'EMPTY=', 'BARE', '', 'NAME=\xff']),
      ],
      [{ action: 'remove', devpath: '', properties: [] }, hex('remove@\0')],
      [
        { action: 'add', devpath: '/devices/virtual/net/d0', properties, udev },
        {
          LE: `${udevHeader('39000000', 'LE')} ${udevLines}`,
          BE: `${udevHeader('00000039', 'BE')} ${udevLines}`,
        },
      ],
      // A later udev with a longer header, and bytes after the properties
      [
        {
          action: 'add',
          devpath: '/devices/virtual/net/d0',
          properties,
          udev: { ...udev, more: Buffer.from('01020304', 'hex'), rest: Buffer.from('ff', 'hex') },
        },
        { LE: `${udevHeader('39000000', 'LE').replaceAll('28000000', '2c000000')} 01020304 ${udevLines} ff` },
      ],
    ],
    errValues: [
      {},
      'add@/x',
      { action: 'a@b', devpath: '/x', properties: [] },
      { action: 'add', devpath: 5, properties: [] },
      { action: 'add', devpath: '/x\0', properties: [] },
      { action: 'add', devpath: '/x', properties: { A: '1' } },
      { action: 'add', devpath: '/x', properties: [['A=B', '1']] },
      { action: 'add', devpath: '/x', properties: [['A', 1]] },
      { action: 'add', devpath: '/x', properties: ['A=1'] },
      { action: 'remove', devpath: '/devices/virtual/net/d0', properties, udev },
    ],
    errHex: [
      ['', 'expected ACTION@DEVPATH, got ""'],
      [hex('add@/x'), 'expected a NUL behind the text at offset 0, got none'],
      [lines(['add']), 'expected ACTION@DEVPATH, got "add"'],
      [hex('add@/x\0A=1'), 'expected a NUL behind the text at offset 7, got none'],
      [hex('libudev\0'), 'expected a header of udev (40 bytes), got 8'],
      [
        { LE: udevHeader('00000000', 'LE').replace('feedcafe', 'cafefeed') },
        'expected the magic number 0xfeedcafe, got 0xcafefeed',
      ],
      [
        { LE: `${udevHeader('ff000000', 'LE')} ${udevLines}` },
        'expected properties from offset 40 to 97 behind a header, got 255 bytes at 40 behind one of 40',
      ],
      { LE: `${udevHeader('ffffffff', 'LE')} ${udevLines}` },
      { LE: `${udevHeader('39000000', 'LE').replaceAll('28000000', '08000000')} ${udevLines}` },
      [{ LE: `${udevHeader('00000000', 'LE')}` }, 'expected ACTION and DEVPATH among the properties, got ""'],
    ],
  },
  'uevents',
)

const test = suite('large uevents and errors of uevents')

test('decoding time is linear in the number of properties', () => {
  const cost = (count: number, rounds: number) => {
    const value: Uevent = { action: 'add', devpath: '/x', properties: Array.from({ length: count }, () => ['A', 'b']) }
    const bytes = encode(uevent, value)
    return cpuOf(() => {
      for (let round = 0; round < rounds; round++) assert.is(decode(uevent, bytes).properties.length, count)
    })
  }
  cost(2000, 100)
  assert.ok(cost(200_000, 1) < 20 * cost(2000, 100))
})

test('errors are DecodeError and EncodeError', () => {
  assert.throws(
    () => decode(uevent, Buffer.from('x')),
    (error: unknown) => error instanceof DecodeError && error.code === 'ERR_NETLINK_DECODE',
  )
  assert.throws(
    () => encode(uevent, { action: 'add' } as never),
    (error: unknown) => error instanceof EncodeError && error.code === 'ERR_NETLINK_ENCODE',
  )
})

test.run()
