import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encodeMessage } from '@netloom/netlink'
import { type CapturedDatagram, PACKET, readCapture, writePcap, writePcapng } from '@netloom/netlink/capture'
import { encode, hostOrder } from '@netloom/netlink/codec'
import { dissectCapture, NETLINK } from '@netloom/netlink/dissect'
import { rtnetlink } from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { captureFile, captureNames } from '../support/captures.js'
import { peakOf, printStatus } from '../support/peak-memory.js'
import '../support/built.js'

const test = suite('captures in pieces')

const main = fileURLToPath(new URL('../../packages/netlink/bundle/cli/main.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'netloom-pieces-'))
test.after(() => rmSync(folder, { recursive: true }))

function* piecesOf(file: Uint8Array, size: number) {
  for (let at = 0; at < file.length; at += size) yield file.subarray(at, at + size)
}

/** Returns the datagrams before the damage, and the error. */
function read(source: Uint8Array | Iterable<Uint8Array>) {
  const datagrams: CapturedDatagram[] = []
  try {
    for (const each of readCapture(source)) datagrams.push(each)
    return { datagrams, error: undefined }
  } catch (error) {
    return { datagrams, error: (error as Error).message }
  }
}

const datagram = (bytes: Uint8Array): CapturedDatagram => ({
  ...{ time: 10n ** 18n, protocol: NETLINK.ROUTE, packetType: PACKET.HOST },
  bytes: Buffer.from(bytes),
})

const samples = [1, 2, 300, 5].map((length) => datagram(Buffer.alloc(length, length)))
const log = Buffer.from(
  [
    '1 1700000000.000000 socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) = 3<NETLINK:[ROUTE:1]> <0.000010>',
    '1 1700000000.000010 sendto(3<NETLINK:[ROUTE:1]>, "x", 4, 0, NULL, 0) = 4 <0.000010>',
    ' | 00000  04 00 00 00                                       ....             |',
    '1 1700000000.000030 +++ exited with 0 +++',
    '',
  ].join('\n'),
)

const files = {
  'pcap, little-endian': writePcap(samples, 'LE'),
  'pcap, big-endian': writePcap(samples, 'BE'),
  'pcapng, little-endian': writePcapng(samples, 'LE'),
  'pcapng, big-endian': writePcapng(samples, 'BE'),
  strace: log,
  nothing: Buffer.alloc(0),
  text: Buffer.from('not a capture'),
}

for (const [name, file] of Object.entries(files)) {
  test(`${name}: the datagrams and the errors are those of the whole file, whatever the pieces`, () => {
    if (!['nothing', 'text'].includes(name)) assert.ok(read(file).datagrams.length > 0, read(file).error)
    for (let end = 0; end <= file.length; end += file.length < 100 ? 1 : 7) {
      const cut = file.subarray(0, end)
      for (const size of [1, 3, 50]) assert.equal(read(piecesOf(cut, size)), read(cut), `${end} bytes in ${size}s`)
    }
  })
}

test('the recorded captures are the same in pieces', () => {
  for (const name of captureNames) {
    const file = captureFile(`${name}.pcap`)
    assert.equal(read(piecesOf(file, 1000)), read(file), name)
  }
})

test('a damaged length does not collect the rest of the capture in memory', () => {
  const file = writePcap(samples)
  file[`writeUInt32${hostOrder}`](0x7fffffff, 24 + 8)
  let given = 0
  function* endless() {
    yield file
    for (; given < 1 << 28; given += 1 << 20) yield Buffer.alloc(1 << 20)
  }
  const { datagrams, error } = read(endless())
  assert.equal(datagrams, [])
  assert.match(error ?? '', /^expected a packet of 16 to \d+ bytes at offset 40, got one that claims 2147483647$/)
  assert.ok(given <= 1 << 24, `${given} bytes were read`)
})

test('the source is closed if the caller stops early', () => {
  let isClosed = false
  function* source() {
    try {
      yield* piecesOf(writePcap(samples), 100)
    } finally {
      isClosed = true
    }
  }
  for (const _ of readCapture(source())) break
  assert.ok(isClosed)
})

test('a source that can be read again is searched for families of generic netlink, an iterator is not', () => {
  const file = captureFile('09-nl80211.pcap')
  const whole = [...dissectCapture(file)].flatMap(({ messages }) => messages.map(({ type }) => type))
  const again = { [Symbol.iterator]: () => piecesOf(file, 500) }
  assert.equal(
    [...dissectCapture(again)].flatMap(({ messages }) => messages.map(({ type }) => type)),
    whole,
  )
})

const { RTM_GETROUTE, RTM_NEWROUTE } = rtnetlink.messages

/** Writes a capture of a dump of routes that is at least `size` bytes long. The routes are large, so that they are few. */
function writeDump(path: string, size: number): number {
  const header = { seq: 1, pid: 0 }
  const attrs = { dst: '10.0.0.1', oif: 2, '?999': [{ payload: Buffer.alloc(60_000, 1) }] }
  const route = encode(RTM_NEWROUTE[1], { family: 2, dstLen: 32, table: 254, attrs })
  const get = encode(RTM_GETROUTE[1], { family: 2 })
  const request = datagram(encodeMessage({ ...header, type: RTM_GETROUTE[0], flags: 0x301 }, get))
  const part = writePcap([datagram(encodeMessage({ ...header, type: RTM_NEWROUTE[0], flags: 2 }, route))])
  const end = writePcap([datagram(encodeMessage({ ...header, type: 3, flags: 2 }, Buffer.alloc(4)))])
  const fd = openSync(path, 'w')
  writeSync(fd, writePcap([{ ...request, packetType: PACKET.KERNEL }]))
  let routes = 0
  for (let written = 0; written < size; written += part.length, routes++) writeSync(fd, part, 24)
  writeSync(fd, end, 24)
  closeSync(fd)
  return routes
}

// How much garbage Node keeps depends on the load of the machine, so the limit is far below the size of the file, and no benchmark. The
// program reports its own maximum.
const LIMIT_KIB = 200 * 1024
const FILE_BYTES = 300_000_000

for (const [name, operand, isPiped] of [
  ['a file', 'big.pcap', false],
  ['a pipe', '-', true],
] as const) {
  test(`netloom decode does not hold ${name} of 300 MB in memory`, () => {
    const path = join(folder, 'big.pcap')
    const routes = writeDump(path, FILE_BYTES)
    const program = [process.execPath, ...printStatus, main, 'decode', isPiped ? operand : path]
    const command = isPiped ? ['sh', '-c', 'cat "$0" | "$@"', path, ...program] : program
    const [executable = '', ...args] = command
    const { stdout, stderr, status } = spawnSync(executable, args, { encoding: 'utf8' })
    rmSync(path)
    assert.is(status, 0, stderr)
    assert.match(stdout, new RegExp(`^${routes + 2} messages;`, 'm'))
    const most = peakOf(stderr)
    assert.ok(most < LIMIT_KIB, `${most} KiB, expected less than ${LIMIT_KIB}`)
  })
}

test.run()
