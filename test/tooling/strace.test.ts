import { NETLINK } from '@netloom/netlink/dissect'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
// @ts-expect-error: a script without types
import { datagramsOf as untyped } from '../../scripts/lib/strace.mjs'
import '../support/built.js'

/** Datagrams that a log contains. */

interface Datagram {
  readonly time: bigint
  readonly protocol: number
  readonly packetType: number
  readonly bytes: Buffer
}
const datagramsOf = (log: string) => (untyped as (log: string, protocols: object) => Datagram[])(log, NETLINK)

const test = suite('netlink datagrams in logs of strace')

const dump = (bytes: string) => ` | 00000  ${bytes.padEnd(49)} text that 00 11 looks like bytes |`
const facts = (log: string[]) =>
  datagramsOf(log.join('\n')).map(({ time, protocol, packetType, bytes }) => [
    time,
    protocol,
    packetType,
    bytes.toString('hex'),
  ])

test('reads sent and received datagrams with their times', () => {
  const log = [
    '7 1700000000.000001 socket(AF_NETLINK, SOCK_RAW|SOCK_CLOEXEC, NETLINK_GENERIC) = 3<NETLINK:[4242]>',
    '7 1700000000.000002 sendto(3<NETLINK:[4242]>, [{nlmsg_len=20}, "\\x03"], 20, 0, NULL, 0) = 20',
    dump('14 00 00 00 10 00 01 03  07 00 00 00 00 00 00 00'),
    dump('03 01 00 00'),
    '7 1700000001.000003 recvmsg(3<NETLINK:[ROUTE:7]>, {msg_name=..., msg_flags=0}, 0) = 3',
    ' * 3 bytes in buffer 0',
    dump('01 02 03'),
  ]
  assert.equal(facts(log), [
    [1700000000000002000n, 16, 4, '1400000010000103070000000000000003010000'],
    [1700000001000003000n, 0, 0, '010203'],
  ])
})

test('ignores peeked, empty and failed calls', () => {
  const log = [
    '7 1.000001 recvmsg(3<NETLINK:[ROUTE:7]>, {...}, MSG_PEEK|MSG_TRUNC) = 4',
    dump('01 02 03 04'),
    '7 1.000002 recvmsg(3<NETLINK:[ROUTE:7]>, {...}, MSG_DONTWAIT) = -1 EAGAIN (Resource temporarily unavailable)',
    '7 1.000003 recvfrom(3<NETLINK:[ROUTE:7]>, "", 100, 0, NULL, NULL) = 0',
    '7 1.000004 read(4</etc/hosts>, "ab", 2) = 2',
    dump('61 62'),
    '7 1.000005 sendto(5<UDP:[1]>, "ab", 2, 0, NULL, 0) = 2',
    dump('61 62'),
  ]
  assert.equal(facts(log), [])
})

test('a truncated datagram has the length of the buffer', () => {
  const log = ['7 1.000001 recvfrom(3<NETLINK:[ROUTE:7]>, "..", 2, MSG_TRUNC, NULL, NULL) = 900', dump('01 02')]
  assert.equal(facts(log), [[1000001000n, 0, 0, '0102']])
})

test('joins a call that strace interrupted for another process', () => {
  const log = [
    '7 1.000001 recvfrom(3<NETLINK:[XFRM:7]>,  <unfinished ...>',
    '8 1.000002 sendto(3<NETLINK:[AUDIT:8]>, "x", 1, 0, NULL, 0) = 1',
    dump('78'),
    '7 1.000003 <... recvfrom resumed>"y", 9, 0, NULL, NULL) = 1',
    dump('79'),
  ]
  assert.equal(facts(log), [
    [1000002000n, 9, 4, '78'],
    [1000003000n, 6, 0, '79'],
  ])
})

test('reads several datagrams of one call', () => {
  const log = [
    '7 1.000001 sendmmsg(3<NETLINK:[NETFILTER:7]>, [{msg_hdr={...}, msg_len=1}, {msg_hdr={...}, msg_len=2}], 2, 0) = 2',
    ' = 1 buffers in vector 0',
    ' * 1 bytes in buffer 0',
    dump('01'),
    ' = 2 buffers in vector 1',
    ' * 1 bytes in buffer 0',
    dump('02'),
    ' * 1 bytes in buffer 1',
    dump('03'),
  ]
  assert.equal(facts(log), [
    [1000001000n, 12, 4, '01'],
    [1000001000n, 12, 4, '0203'],
  ])
})

test('a socket of unknown protocol is an error', () => {
  assert.throws(
    () => facts(['7 1.000001 sendto(3<NETLINK:[99]>, "x", 1, 0, NULL, 0) = 1', dump('78')]),
    /expected the protocol/,
  )
})

test.run()
