import { type CapturedDatagram, PACKET, readCapture, readStrace, readStraceStream } from '@netloom/netlink/capture'
import { DecodeError, encode } from '@netloom/netlink/codec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { NLMSG, nlmsghdr } from '../../packages/netlink/dist/message/index.js'
import '../support/built.js'
import { cpuOf } from '../support/until.js'

const test = suite('netlink datagrams in logs of strace')

const { KERNEL, USER } = PACKET

/** Returns the line of a hex dump. */
const dump = (bytes: string, offset = 0) =>
  ` | ${offset.toString(16).padStart(5, '0')}  ${bytes.padEnd(49)} text that 00 11 looks like bytes |`

/** Returns the lines of a hex dump of `rows` rows of 16 bytes. */
const longDump = (rows: number): string[] => {
  const half = Array.from({ length: 8 }, () => 'ab').join(' ')
  return Array.from({ length: rows }, (_, row) => dump(`${half}  ${half}`, row * 16))
}

const facts = ({ time, protocol, packetType, bytes }: CapturedDatagram) => [
  time,
  protocol,
  packetType,
  bytes.toString('hex'),
]

const text = (log: readonly string[]) => Buffer.from(`${log.join('\n')}\n`, 'latin1')
const read = (...log: string[]) => [...readStrace(text(log))].map(facts)

/** Returns the datagrams before the error, and the error's message. */
function broken(...log: string[]): [datagrams: unknown[], message: string] {
  const datagrams: unknown[] = []
  try {
    for (const each of readStrace(text(log))) datagrams.push(facts(each))
  } catch (error) {
    assert.instance(error, DecodeError)
    return [datagrams, (error as Error).message]
  }
  throw new Error('expected an error')
}

const request = '7 1700000000.000002 sendto(3<NETLINK:[ROUTE:7]>, ""..., 4, 0, NULL, 0) = 4 <0.000250>'

test('reads sent and received datagrams with their times', () => {
  const found = read(
    '7 1700000000.000001 socket(AF_NETLINK, SOCK_RAW|SOCK_CLOEXEC, NETLINK_GENERIC) = 3<NETLINK:[4242]>',
    '7 1700000000.000002 sendto(3<NETLINK:[4242]>, [{nlmsg_len=20}, "\\x03"], 20, 0, NULL, 0) = 20',
    dump('14 00 00 00 10 00 01 03  07 00 00 00 00 00 00 00'),
    dump('03 01 00 00', 16),
    '7 1700000001.000003 recvmsg(3<NETLINK:[ROUTE:7]>, {msg_name=..., msg_flags=0}, 0) = 3',
    ' * 3 bytes in buffer 0',
    dump('01 02 03'),
  )
  assert.equal(found, [
    [1700000000000002000n, 16, KERNEL, '1400000010000103070000000000000003010000'],
    [1700000001000003000n, 0, USER, '010203'],
  ])
})

test('a datagram has the duration of its call; a received one has the time when the call ended', () => {
  const log = [request, dump('01 02 03 04'), request.replace('sendto', 'recvfrom'), dump('05 06 07 08')]
  assert.equal(
    [...readStrace(text(log))].map(({ time, duration }) => [time, duration]),
    [
      [1700000000000002000n, 250_000n],
      [1700000000000252000n, 250_000n],
    ],
  )
})

test('ignores peeked, empty, failed, restarted and killed calls, and other descriptors', () => {
  const found = read(
    '7 1.000001 recvmsg(3<NETLINK:[ROUTE:7]>, {...}, MSG_PEEK|MSG_TRUNC) = 4',
    dump('01 02 03 04'),
    '7 1.000002 recvmsg(3<NETLINK:[ROUTE:7]>, {...}, MSG_DONTWAIT) = -1 EAGAIN (Resource temporarily unavailable) <0.000004>',
    '7 1.000003 recvfrom(3<NETLINK:[ROUTE:7]>, "", 100, 0, NULL, NULL) = 0',
    '7 1.000003 recvmsg(3<NETLINK:[ROUTE:7]>, {...}, 0) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)',
    '7 1.000004 read(4</etc/hosts>, "ab", 2) = 2',
    dump('61 62'),
    '7 1.000005 sendto(5<UDP:[1]>, "ab", 2, 0, NULL, 0) = 2',
    dump('61 62'),
    '7 1.000006 sendto(3<NETLINK:[ROUTE:7]>, "x) = 5", 6, 0, NULL, 0 <unfinished ...>) = ?',
    '7 1.000007 +++ killed by SIGKILL +++',
  )
  assert.equal(found, [])
})

test('a call that reports a full receive buffer is an overrun, in its order', () => {
  const full = (name: string) =>
    `7 2.000001 ${name}(3<NETLINK:[ROUTE:7]>, 0x559b, 65536, 0, NULL, NULL) = -1 ENOBUFS (No buffer space available) <0.000009>`
  const found = read(
    '7 1.000001 recvfrom(3<NETLINK:[ROUTE:7]>, "..", 2, 0, NULL, NULL) = 2',
    dump('01 02'),
    full('recvfrom'),
    // A send fails for another reason: nothing that was received is lost.
    full('sendto'),
    full('recvmsg').replace('ROUTE', 'XFRM'),
    full('read').replace('<NETLINK:[ROUTE:7]>', '</dev/null>'),
  )
  const overrun = encode(nlmsghdr, { len: 16, type: NLMSG.OVERRUN, flags: 0, seq: 0, pid: 0 }).toString('hex')
  assert.equal(found, [
    [1000001000n, 0, USER, '0102'],
    [2000010000n, 0, USER, overrun],
    [2000010000n, 6, USER, overrun],
  ])
  assert.match(broken(full('recvfrom').replace('ROUTE:', ''))[1], /expected the protocol of each netlink socket/)
})

test('a truncated datagram has the length of the buffer', () => {
  const found = read('7 1.000001 recvfrom(3<NETLINK:[ROUTE:7]>, "..", 2, MSG_TRUNC, NULL, NULL) = 900', dump('01 02'))
  assert.equal(found, [[1000001000n, 0, USER, '0102']])
})

test('a short send contains only the bytes that were sent', () => {
  const found = read(
    '7 1.000001 sendmsg(3<NETLINK:[ROUTE:7]>, 0x7ffe, 0) = 18',
    ' * 16 bytes in buffer 0',
    dump('00 01 02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 0f'),
    ' * 4 bytes in buffer 1',
    dump('10 11 12 13'),
    request,
    dump('01 02 03 04'),
  )
  assert.equal(
    found.map(([, , , hex]) => hex),
    ['000102030405060708090a0b0c0d0e0f1011', '01020304'],
  )
})

test('joins a call that strace interrupted for another thread', () => {
  const found = read(
    '7 1.000001 recvfrom(3<NETLINK:[XFRM:7]>,  <unfinished ...>',
    '8 1.000002 sendto(3<NETLINK:[AUDIT:8]>, "x", 1, 0, NULL, 0) = 1',
    dump('78'),
    '7 1.000003 <... recvfrom resumed>"y", 9, 0, NULL, NULL) = 1',
    dump('79'),
  )
  assert.equal(found, [
    [1000002000n, 9, KERNEL, '78'],
    [1000003000n, 6, USER, '79'],
  ])
})

test('an answer that another thread receives before the sending call returns follows its request', () => {
  const found = read(
    '7 1.000001 sendto(3<NETLINK:[ROUTE:7]>, ""..., 1, 0, NULL, 0 <unfinished ...>',
    '8 1.000002 recvfrom(3<NETLINK:[ROUTE:7]>, ""..., 9, 0, NULL, NULL) = 1 <0.000001>',
    dump('79'),
    '7 1.000005 <... sendto resumed>) = 1 <0.000004>',
    dump('78'),
  )
  assert.equal(
    found.map(([time, , , hex]) => [time, hex]),
    [
      [1000001000n, '78'],
      [1000003000n, '79'],
    ],
  )
})

test('a thread that is killed while it sends delays nothing', () => {
  const found = read(
    '7 1.000001 sendto(3<NETLINK:[ROUTE:7]>, ""..., 1, 0, NULL, 0 <unfinished ...>',
    '7 1.000002 +++ killed by SIGKILL +++',
    '8 1.000002 recvfrom(3<NETLINK:[ROUTE:7]>, ""..., 9, 0, NULL, NULL) = 1 <0.000001>',
    dump('79'),
  )
  assert.is(found.length, 1)
})

test('reads several datagrams of one call', () => {
  const found = read(
    '7 1.000001 sendmmsg(3<NETLINK:[NETFILTER:7]>, [{msg_hdr={...}, msg_len=1}, {msg_hdr={...}, msg_len=2}], 2, 0) = 2',
    ' = 1 buffers in vector 0',
    ' * 1 bytes in buffer 0',
    dump('01'),
    ' = 2 buffers in vector 1',
    ' * 1 bytes in buffer 0',
    dump('02'),
    ' * 1 bytes in buffer 1',
    dump('03'),
    '7 1.000002 recvmmsg(3<NETLINK:[NETFILTER:7]>, 0x7ffe, 2, 0, {tv_sec=1, tv_nsec=0}) = 1 (left {tv_sec=0, tv_nsec=9}) <0.000000>',
    ' = 1 buffers in vector 0',
    dump('04'),
  )
  assert.equal(found, [
    [1000001000n, 12, KERNEL, '01'],
    [1000001000n, 12, KERNEL, '0203'],
    [1000002000n, 12, USER, '04'],
  ])
})

/** Returns the process of each datagram. */
const processes = (...log: string[]) =>
  [...readStrace(text(log.flatMap((line) => (/(^| )(send|recv)/.test(line) ? [line, dump('01')] : [line]))))].map(
    ({ process }) => process,
  )

const send = (prefix: string) => `${prefix} 1.000009 sendto(3<NETLINK:[ROUTE:7]>, ""..., 1, 0, NULL, 0) = 1`

test('names processes by execve, fork and threads', () => {
  const found = processes(
    '7 1.000001 execve("/usr/sbin/ip \\303\\251", ["ip"], 0x7ffe /* 35 vars */) = 0',
    send('7'),
    '7 1.000002 clone3({flags=CLONE_VM|CLONE_THREAD, exit_signal=0}, 88) = 8',
    send('8'),
    '8 1.000003 vfork( <unfinished ...>',
    '9 1.000004 execve("/bin/tc", ["tc"], 0x7ffe /* 35 vars */) = 0',
    '8 1.000005 <... vfork resumed>) = 9',
    send('9'),
    '9 1.000006 execve("/missing", ["missing"], 0x7ffe) = -1 ENOENT (No such file or directory)',
    send('9'),
    '7 1.000007 clone(child_stack=NULL, flags=SIGCHLD) = 10',
    send('10'),
    send('11'),
    '11 1.000010 +++ exited with 0 +++',
  )
  assert.equal(found, [
    { pid: 7, name: 'ip é' },
    { pid: 7, name: 'ip é' },
    { pid: 9, name: 'tc' },
    { pid: 9, name: 'tc' },
    { pid: 10, name: 'ip é' },
    { pid: 11 },
  ])
})

test('a thread that runs before the call that created it returns belongs to its process', () => {
  const found = processes(
    '7 1.000001 clone3({flags=CLONE_VM|CLONE_THREAD, exit_signal=0}, 88 <unfinished ...>',
    send('8'),
    '7 1.000002 <... clone3 resumed>) = 8',
    send('8'),
  )
  assert.equal(found, [{ pid: 7 }, { pid: 7 }])
})

test('reads names in front of calls, and the prefixes of a log on standard error', () => {
  const found = processes(
    send('7<a\\74b\\76\\33>'),
    '8 1.000001 execve("/usr/bin/a-program-with-a-long-name", 0x7ffe, 0x7ffe) = 0',
    send('8<a-program-with->'),
    send('[pid    42]'),
    send('[pid 43<x>]'),
    send('').trim(),
    send('').trim().slice('1.000009 '.length),
  )
  assert.equal(found, [
    { pid: 7, name: 'a<b>\x1b' },
    { pid: 8, name: 'a-program-with-a-long-name' },
    { pid: 42 },
    { pid: 43, name: 'x' },
    undefined,
    undefined,
  ])
})

test('a log without -ttt has times since midnight, or none', () => {
  const found = read(
    ...[send('7').replace('1.000009', '01:00:02.5'.padEnd(15, '0')), dump('01')],
    ...[send('7').replace('1.000009', '01:00:02'), dump('01')],
    ...[send('7').replace('1.000009 ', ''), dump('01')],
  )
  assert.equal(
    found.map(([time]) => time),
    [3_602_500_000_000n, 3_602_000_000_000n, 0n],
  )
})

test('a log without -yy has the protocols of sockets that it opens', () => {
  const found = read(
    'socket(AF_NETLINK, SOCK_RAW, NETLINK_INET_DIAG) = 3',
    'sendto(3, ""..., 1, 0, NULL, 0) = 1',
    dump('01'),
    'close(3)                                = 0',
    'recvfrom(3, ""..., 1, 0, NULL, 0)       = 1',
    dump('02'),
    'socket(AF_NETLINK, SOCK_RAW, 0x1f) = 4<socket:[99]>',
    'write(4<socket:[99]>, ""..., 1) = 1',
    dump('03'),
    'write(5<socket:[98]>, ""..., 1) = 1',
    dump('04'),
  )
  assert.equal(found, [
    [0n, 4, KERNEL, '01'],
    [0n, 31, KERNEL, '03'],
  ])
})

test('missing options of strace are an error, after the datagrams', () => {
  const unknown = '7 1.000001 sendto(3<NETLINK:[99]>, "x", 1, 0, NULL, 0) = 1'
  assert.equal(broken(unknown, dump('78'), request, dump('01 02 03 04')), [
    [[1700000000000002000n, 0, KERNEL, '01020304']],
    'expected the protocol of each netlink socket (strace -yy) in line 1 at offset 0',
  ])
  const answer = request.replace('sendto', 'recvfrom')
  assert.equal(broken(request, dump('01 02 03 04'), answer, answer), [
    [[1700000000000002000n, 0, KERNEL, '01020304']],
    `expected the bytes of each answer (strace -e read=all) in line 3 at offset ${request.length + dump('').length + 2}`,
  ])
  assert.match(broken(request)[1], /^expected the bytes of each request \(strace -e write=all\) in line 1 at offset 0$/)
  assert.match(broken('7 1.000001 getpid() = 7')[1], /^expected system calls on netlink sockets, got a log of strace/)
})

test('damaged hex dumps are an error with line and offset, after the datagrams before', () => {
  const before = [request, dump('01 02 03 04')]
  const at = `in line 4 at offset ${text([...before, request]).length}`
  const datagrams = [[1700000000000002000n, 0, KERNEL, '01020304']]
  for (const [row, reason] of [
    [dump('01 02 0'), `expected a line of a hex dump ${at}`],
    [dump('01 zz'), `expected a line of a hex dump ${at}`],
    [' | 00000', `expected a line of a hex dump ${at}`],
    [' | \x1b[2J', `expected a line of a hex dump ${at}`],
    [dump('01 02 03 04', 16), `expected offset 00000 in the hex dump, got 00010 ${at}`],
    [dump('01 02'), `expected a hex dump of 4 bytes, got 2 in line 3 at offset ${text(before).length}`],
  ] as const) {
    assert.equal(broken(...before, request, row, ...before), [datagrams, reason], row)
  }
})

const sample = [
  '7<ip> 1.000001 execve("/usr/sbin/ip", 0x7ffe, 0x7ffe) = 0 <0.000001>',
  '7<ip> 1.000001 socket(AF_NETLINK, SOCK_RAW|SOCK_CLOEXEC, NETLINK_GENERIC) = 3<NETLINK:[4242]> <0.000001>',
  '7<ip> 1.000002 sendto(3<NETLINK:[4242]>, ""..., 20, 0, NULL, 0) = 20 <0.000001>',
  dump('14 00 00 00 10 00 01 03  07 00 00 00 00 00 00 00'),
  dump('03 01 00 00', 16),
  '7<ip> 1.000003 recvmsg(3<NETLINK:[ROUTE:7]>, 0x7ffe, 0 <unfinished ...>',
  '8 1.000004 +++ exited with 0 +++',
  '7<ip> 1.000005 <... recvmsg resumed>) = 3 <0.000002>',
  ' * 3 bytes in buffer 0',
  dump('01 02 03'),
]

test('a log in pieces gives the same datagrams, wherever it is split', async () => {
  const whole = text(sample).toString('latin1')
  const expected = [...readStrace(text(sample))]
  assert.is(expected.length, 2)
  for (let at = 0; at <= whole.length; at++) {
    const found: CapturedDatagram[] = []
    for await (const each of readStraceStream([whole.slice(0, at), whole.slice(at)])) found.push(each)
    assert.equal(found, expected)
  }
  assert.equal([...readCapture(text(sample))], expected)
})

test('any damage gives datagrams or a DecodeError', () => {
  const whole = text(sample)
  for (let at = 0; at < whole.length; at++) {
    for (const damaged of [whole.subarray(0, at), Buffer.concat([whole.subarray(0, at), whole.subarray(at + 1)])]) {
      try {
        assert.ok([...readStrace(damaged)].length <= 2)
      } catch (error) {
        assert.instance(error, DecodeError, String(error))
      }
    }
  }
})

test('reads a long hex dump', () => {
  const log = ['7 1.000001 recvfrom(3<NETLINK:[ROUTE:7]>, "", 9, 0, NULL, NULL) = 3200000', ...longDump(200_000)]
  const [datagram] = [...readStrace(text(log))]
  assert.ok(datagram?.bytes.equals(Buffer.alloc(3_200_000, 0xab)))
})

test('recognises logs by their first lines', () => {
  const isLog = (...lines: string[]) => {
    try {
      return [...readCapture(text(lines))].length >= 0
    } catch (error) {
      return !String(error).includes('expected a pcap or pcapng file or a log of strace')
    }
  }
  for (const line of [
    'socket(AF_NETLINK, SOCK_RAW|SOCK_CLOEXEC, NETLINK_ROUTE) = 3',
    '7 1.000001 read(3</x>,  <unfinished ...>',
    '7 12:00:00 +++ exited with 0 +++',
    '7<x> --- SIGCHLD {si_signo=SIGCHLD} ---',
    '[pid     7] getpid() = 7',
    `1.000001 execve("/bin/ip", ["${'a'.repeat(10_000)}"], 0x7ffe /* 35 vars */) = 0`,
  ]) {
    assert.ok(isLog(line), line.slice(0, 80))
    assert.ok(isLog('Error: a message of the program', line), line.slice(0, 80))
  }
  for (const line of ['', 'int main(void) {', 'RTNETLINK answers: File exists', '{"a": "b"}', '7 1.000001 ', '+++'])
    assert.not(isLog(line), line)
})

/** Logs whose time must be linear: each is made of `count` parts. */
const linear: Record<string, (count: number) => string[]> = {
  'many calls': (count) => Array.from({ length: count }, () => [request, dump('01 02 03 04')]).flat(),
  'one long line': (count) => [`7 1.000001 sendto(3<NETLINK:[ROUTE:7]>, "${') = 1 '.repeat(count * 20)}`],
  'a line of spaces': (count) => [`7 1.000001 recvfrom(3<NETLINK:[ROUTE:7]>, ${' '.repeat(count * 100)})`],
  'a line of backslashes': (count) => [`7 1.000001 execve("${'\\\\'.repeat(count * 50)}"`],
  'one long dump': (count) => [
    `7 1.000001 recvfrom(3<NETLINK:[ROUTE:7]>, "", 9, 0, NULL, NULL) = ${count * 16}`,
    ...longDump(count),
  ],
  'many threads': (count) =>
    Array.from({ length: count }, (_, index) => `7 1.000001 clone3({flags=CLONE_THREAD}, 88) = ${index + 8}`),
  'many unfinished sends': (count) =>
    Array.from({ length: count }, (_, index) => [
      `${index} 1.000001 sendto(3<NETLINK:[ROUTE:7]>, ""..., 1, 0, NULL, 0 <unfinished ...>`,
      request.replace('7', String(index + 1_000_000)),
      dump('01 02 03 04'),
    ]).flat(),
}

for (const [name, lines] of Object.entries(linear)) {
  test(`takes linear time: ${name}`, () => {
    const run = (log: Buffer) => {
      try {
        for (const _ of readStrace(log));
      } catch (error) {
        assert.instance(error, DecodeError)
      }
    }
    const [small, large] = [text(lines(1_000)), text(lines(20_000))]
    run(small)
    const least = (log: Buffer) => Math.min(...Array.from({ length: 3 }, () => cpuOf(() => run(log))))
    // 20 times as much in at most 100 times the time. Quadratic time would be 400 times.
    assert.ok(least(large) < Math.max(100 * least(small), 200))
  })
}

test.run()
