import { spawn, spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encodeMessage, type RequestOf } from '@netloom/netlink'
import { PACKET, writePcap } from '@netloom/netlink/capture'
import { encode, hostOrder } from '@netloom/netlink/codec'
import { rtnetlink } from '@netloom/netlink/route'
import schema from '@netloom/netlink/schema/messages.schema.json' with { type: 'json' }
import { Ajv2020 } from 'ajv/dist/2020.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { decode } from '../../packages/netlink/dist/cli/decode.js'
import { captureNames, messagesOf } from '../support/captures.js'
import { runHere } from '../support/cli.js'
import { netlinkPacket, pcapng } from '../support/pcapng.js'

const test = suite('netloom decode')

const fitsSchema = new Ajv2020().compile(schema)

const main = fileURLToPath(new URL('../../packages/netlink/bundle/cli/main.js', import.meta.url))
const recorded = (file: string) => fileURLToPath(new URL(`../captures/${file}`, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'netloom-decode-'))
test.after(() => rmSync(folder, { recursive: true }))

function netloom(args: readonly string[], input: Uint8Array = Buffer.of()) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { input, maxBuffer: 1 << 30 })
  return { status, stdout: stdout.toString(), stderr: stderr.toString() }
}

type Link = RequestOf<typeof rtnetlink.messages, 'RTM_NEWLINK'>
const link = (value: Link) => encode(rtnetlink.messages.RTM_NEWLINK[1], value)
const i32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes[`writeInt32${hostOrder}`](value)
  return bytes
}

const request = encodeMessage(
  { type: 16, flags: 0x605, seq: 9, pid: 0 },
  link({
    index: 7,
    flags: 3,
    change: 0xffffffff,
    attrs: { ifname: 'tap 0', address: '02:00:00:00:00:01', linkinfo: { kind: 'vlan', data: { id: 9 } } },
  }),
)
const extended = Buffer.from('nope\0')
const attribute = Buffer.alloc(12)
attribute[`writeUInt16${hostOrder}`](9, 0)
attribute[`writeUInt16${hostOrder}`](1, 2)
extended.copy(attribute, 4)
const rejection = encodeMessage(
  { type: 2, flags: 0x200, seq: 9, pid: 77 },
  Buffer.concat([i32(-17), request, attribute]),
)
const ack = encodeMessage({ type: 2, flags: 0x100, seq: 9, pid: 77 }, Buffer.concat([i32(0), request.subarray(0, 16)]))
const stats = encodeMessage(
  { type: 16, flags: 0, seq: 0, pid: 0 },
  link({
    attrs: { stats64: { rxPackets: 2n ** 64n - 1n, txPackets: 5n } as never, '?999': [{ payload: Buffer.of(1, 2) }] },
  }),
)

const file = (...datagrams: Buffer[]) =>
  writePcap(
    datagrams.map((bytes, index) => ({
      ...{ time: 1_700_000_000_123_456_789n + BigInt(index) * 1_000_000_000n, protocol: 0, bytes },
      packetType: bytes === request ? PACKET.OUTGOING : PACKET.HOST,
    })),
  )

test('-d prints a request, an error and an ack with all attributes', () => {
  const { status, stdout, stderr } = netloom(['decode', '-d', '-'], file(request, rejection, ack))
  assert.is(stderr, '')
  assert.is(status, 0)
  assert.equal(stdout.split('\n'), [
    '#1  2023-11-14 22:13:20.123456 → kernel NETLINK_ROUTE RTM_NEWLINK  REQUEST|ACK|EXCL|CREATE  seq 9  84 bytes  ✗ EEXIST',
    '    ifinfomsg                     family AF_UNSPEC (0)  type 0  index 7  flags UP|BROADCAST (0x3)',
    '                                  change all (0xffffffff)',
    '    IFLA_IFNAME                   "tap 0"',
    '    IFLA_ADDRESS                  "02:00:00:00:00:01"',
    '    IFLA_LINKINFO',
    '    │ IFLA_INFO_KIND              "vlan"',
    '    │ IFLA_INFO_DATA',
    '    │ │ IFLA_VLAN_ID              9',
    '#2  2023-11-14 22:13:21.123456 ← kernel NETLINK_ROUTE NLMSG_ERROR  ACK_TLVS  seq 9  116 bytes  in answer to #1: EEXIST "nope"',
    '#3  2023-11-14 22:13:22.123456 ← kernel NETLINK_ROUTE NLMSG_ERROR  CAPPED  seq 9  36 bytes: ✓',
    '    error                         0',
    '    request',
    '    │ nlmsghdr                    len 84  type RTM_NEWLINK (16)  flags REQUEST|ACK|EXCL|CREATE (0x605)  seq 9',
    '    │                             pid 0',
    '',
  ])
})

test('--json prints one object per line', () => {
  const { status, stdout } = netloom(['decode', '--json', '-'], file(request, stats))
  assert.is(status, 0)
  const [first, second, end] = stdout.split('\n')
  assert.is(end, '')
  assert.equal(JSON.parse(first ?? ''), {
    datagram: 1,
    time: '2023-11-14T22:13:20.123456789Z',
    message: 1,
    exchange: 1,
    role: 'request',
    protocol: 'NETLINK_ROUTE',
    type: 'RTM_NEWLINK',
    family: 'AF_UNSPEC',
    toKernel: true,
    header: { len: request.length, type: 16, flags: 0x605, seq: 9, pid: 0 },
    value: {
      ...{ family: 0, type: 0, index: 7, flags: 3, change: 0xffffffff },
      attrs: { ifname: 'tap 0', address: '02:00:00:00:00:01', linkinfo: { kind: 'vlan', data: { id: 9 } } },
    },
    unknown: 0,
  })
  const { value, unknown, datagram } = JSON.parse(second ?? '')
  assert.equal([datagram, unknown], [2, 1])
  assert.equal(value.attrs['?999'], [{ payload: '0102' }])
  assert.equal([value.attrs.stats64.rxPackets, value.attrs.stats64.txPackets], ['18446744073709551615', 5])
})

test('--json pairs requests and answers, with the time between them', () => {
  const lines = netloom(['decode', '--json', '-'], file(request, rejection, ack))
    .stdout.trim()
    .split('\n')
  assert.equal(
    lines.map((line) => {
      const { message, exchange, role, latencyUs } = JSON.parse(line)
      return [message, exchange, role, latencyUs]
    }),
    [
      [1, 1, 'request', undefined],
      [2, 1, 'answer', 1_000_000],
      [3, 2, 'answer', undefined],
    ],
  )
})

test('--json --refused prints refusals with their requests', () => {
  const lines = netloom(['decode', '--json', '--refused', '-'], file(request, stats, rejection))
    .stdout.trim()
    .split('\n')
  assert.equal(
    lines.map((line) => JSON.parse(line).message),
    [1, 3],
  )
})

test('--json --words prints names in place of numbers', () => {
  const { status, stdout } = netloom(['decode', '--json', '--words', '-'], file(request, rejection))
  assert.is(status, 0)
  const [first, second] = stdout.split('\n').map((line) => line && JSON.parse(line).value)
  assert.equal(
    [first.family, first.flags, first.change, first.index, first.attrs.ifname],
    ['AF_UNSPEC', 'UP|BROADCAST', 'all', 7, 'tap 0'],
  )
  assert.is(second.request.value.flags, 'UP|BROADCAST')
})

test('a message that cannot be decoded is reported at its position, and the others are printed', () => {
  const bad = encodeMessage(
    { type: 16, flags: 0, seq: 1, pid: 0 },
    Buffer.concat([Buffer.alloc(16), attribute.subarray(0, 4)]),
  )
  const stray = Buffer.concat([ack, Buffer.from('deadbeef', 'hex')])
  const { status, stdout } = netloom(['decode', '-d', '-'], file(bad, stray))
  assert.is(status, 0)
  assert.match(
    stdout,
    /^ {4}unreadable: RTM_NEWLINK: expected an attribute of 4 to 4 bytes at offset 0, got one that claims 9$/m,
  )
  assert.match(stdout, / NETLINK_ROUTE no message: deadbeef$/m)
  const lines = netloom(['decode', '--json', '-'], file(bad, stray)).stdout.trim().split('\n')
  const [first, second, third] = lines.map((line) => JSON.parse(line))
  assert.is(first.error, 'RTM_NEWLINK: expected an attribute of 4 to 4 bytes at offset 0, got one that claims 9')
  assert.equal([second.type, second.value.request.type, second.error], ['NLMSG_ERROR', 'RTM_NEWLINK', undefined])
  assert.equal([third.type, third.value, third.error], [null, 'deadbeef', 'no message'])
})

for (const name of captureNames) {
  test(`${name}: --json prints an object for each message, as the schema describes it`, async () => {
    const { status, lines, complaints } = await runHere(decode, recorded(`${name}.pcap`), '--json')
    assert.equal([status, complaints], [0, []])
    const objects = lines.map((line) => JSON.parse(line))
    const messages = messagesOf(name)
    assert.equal(
      objects.map(({ type, family }) => [type, family]),
      messages.map(({ type, family = null }) => [type, family]),
    )
    for (const object of objects)
      assert.ok(fitsSchema(object), `${JSON.stringify(object)} ${JSON.stringify(fitsSchema.errors)}`)
  })
}

for (const name of ['01-vlan', '09-ethtool-get', '10-nft', '10-sockdiag', 'rule', 'uevent']) {
  test(`${name}: text output`, async () => {
    const { lines } = await runHere(decode, recorded(`${name}.pcap`), '-d')
    const stdout = lines.join('\n')
    assert.is(
      stdout.match(/^#\d+ {2}\d{4}-\d\d-\d\d [\d:.]{15} [→←] kernel NETLINK_/gm)?.length,
      messagesOf(name).length,
    )
    assert.not.match(stdout, /unreadable: \w+ >|NaN|\[object|undefined/)
  })
}

test('the process prints the output of the command', async () => {
  const path = recorded('01-vlan.pcap')
  for (const flags of [[], ['-d'], ['--json']]) {
    const { lines } = await runHere(decode, path, ...flags)
    assert.equal(netloom(['decode', path, ...flags]), { status: 0, stdout: `${lines.join('\n')}\n`, stderr: '' })
  }
})

test('pcapng files can be decoded', () => {
  const [pcap, pcapng] = ['pcap', 'pcapng'].map((type) => netloom(['decode', '-d', recorded(`10-conntrack.${type}`)]))
  assert.ok((pcap?.stdout.length ?? 0) > 10_000)
  assert.equal(pcap, pcapng)
})

/** Time stamps that ISO 8601 with a four-digit year, or a Date, cannot express, and the last ones that they can. */
const times: [units: bigint, resolution: number, offset: bigint, text: string, json: string][] = [
  [0n, 9, 0n, '1970-01-01 00:00:00.000000', '1970-01-01T00:00:00.000000000Z'],
  [1n, 9, -1n, '1969-12-31 23:59:59.000000', '1969-12-31T23:59:59.000000001Z'],
  [253_402_300_799_999_999n, 6, 0n, '9999-12-31 23:59:59.999999', '9999-12-31T23:59:59.999999000Z'],
  [253_402_300_800_000_000n, 6, 0n, '253402300800.000000', '253402300800.000000000'],
  [0n, 6, -62_167_219_200n, '0000-01-01 00:00:00.000000', '0000-01-01T00:00:00.000000000Z'],
  [999_999n, 6, -62_167_219_201n, '-62167219201.999999', '-62167219201.999999000'],
  [2n ** 64n - 1n, 6, 0n, '18446744073709.551615', '18446744073709.551615000'],
  [2n ** 64n - 1n, 0, 2n ** 63n - 1n, '27670116110564327422.000000', '27670116110564327422.000000000'],
  [2n ** 64n - 1n, 0x80, -(2n ** 63n), '9223372036854775807.000000', '9223372036854775807.000000000'],
  [0n, 6, -(2n ** 63n), '-9223372036854775808.000000', '-9223372036854775808.000000000'],
  [2n ** 64n - 1n, 127, 0n, '1970-01-01 00:00:00.000000', '1970-01-01T00:00:00.000000000Z'],
  [2n ** 64n - 1n, 0xff, 0n, '1970-01-01 00:00:00.000000', '1970-01-01T00:00:00.000000000Z'],
]

test('time stamps of any size and resolution are printed', () => {
  for (const order of ['LE', 'BE'] as const) {
    const { section, interface: describe, enhanced, option, i64 } = pcapng(order)
    const blocks = times.flatMap(([units, resolution, offset], index) => [
      describe(253, 0, option(9, Buffer.of(resolution)), option(14, i64(offset))),
      enhanced(index, units, netlinkPacket(PACKET.HOST, 0, ack)),
    ])
    const input = Buffer.concat([section(), ...blocks])
    const text = netloom(['decode', '-d', '-'], input)
    assert.equal([text.status, text.stderr], [0, ''])
    assert.equal(
      [...text.stdout.matchAll(/^#\d+ {2}(\S.*) ← kernel/gm)].map(([, time]) => time),
      times.map(([, , , time]) => time),
    )
    const json = netloom(['decode', '--json', '-'], input)
    assert.equal([json.status, json.stderr], [0, ''])
    const lines = json.stdout.trimEnd().split('\n')
    assert.equal(
      lines.map((line) => JSON.parse(line).time),
      times.map(([, , , , time]) => time),
    )
  }
})

test('a pcap time stamp with a fraction of more than a second is printed', () => {
  const input = file(ack)
  input.writeUInt32LE(0xffffffff, 24)
  input.writeUInt32LE(0xffffffff, 28)
  assert.match(netloom(['decode', '-d', '-'], input).stdout, /^#1 {2}2106-02-07 06:28:19.294967 /)
})

test('a broken file prints the messages before the error, then the offset', () => {
  const whole = file(request, ack, ack)
  const path = join(folder, 'broken.pcap')
  writeFileSync(path, whole.subarray(0, -5))
  const { status, stdout, stderr } = netloom(['decode', path])
  assert.is(status, 1)
  assert.is(stdout, netloom(['decode', '-'], file(request, ack)).stdout)
  const at = whole.length - ack.length - 16
  assert.is(
    stderr,
    `netloom: ${path}: expected a packet of 16 to ${ack.length + 11} bytes at offset ${at}, got one that claims ${ack.length + 16}\n`,
  )
  const json = netloom(['decode', path, '--json'])
  assert.equal([json.status, json.stdout.trim().split('\n').length, json.stderr], [1, 2, stderr])
})

test('a file that is not a capture is an error', () => {
  for (const [input, words] of [
    [Buffer.of(), 'an empty one'],
    [Buffer.from('GIF89a'), 'one that begins with 0x47494638'],
  ] as const) {
    const { status, stdout, stderr } = netloom(['decode', '-'], input)
    assert.equal(
      [status, stdout, stderr],
      [1, '', `netloom: standard input: expected a pcap or pcapng file or a log of strace, got ${words}\n`],
    )
  }
  const { status, stderr } = netloom(['decode', join(folder, 'absent.pcap')])
  assert.is(status, 1)
  assert.match(stderr, /^netloom: ENOENT: .*absent\.pcap'\n$/)
  const directory = netloom(['decode', folder])
  assert.equal(
    [directory.status, directory.stderr],
    [1, `netloom: EISDIR: expected a capture, '${folder}' is a directory\n`],
  )
})

for (const [args, words] of [
  [[], 'a command is missing'],
  [['deocde'], "there is no command 'deocde'"],
  [['constructor'], "there is no command 'constructor'"],
  [['decode'], 'expected FILE, got nothing'],
  [['decode', 'a', 'b'], "expected FILE, got 'a' 'b'"],
  [['decode', '--jsno', 'a'], "there is no option '--jsno'; did you mean '--json'?"],
  [['decode', '--json=1', 'a'], "--json takes no value, got '1'"],
] as const) {
  test(`usage: netloom ${args.join(' ')}`, () => {
    const { status, stdout, stderr } = netloom(args)
    assert.equal([status, stdout], [2, ''])
    assert.ok(stderr.startsWith(`netloom: ${words}`), stderr)
    assert.match(stderr, args[0] === 'decode' ? /^Try netloom decode --help$/m : /^Try netloom --help$/m)
  })
}

test('--help and --version succeed', () => {
  const help = netloom(['--help'])
  assert.equal([help.status, help.stderr], [0, ''])
  for (const command of ['decode', 'dump', 'monitor']) {
    assert.match(help.stdout, new RegExp(`^  ${command} `, 'm'))
    const { status, stdout, stderr } = netloom([command, '--help'])
    assert.equal([status, stderr, stdout.startsWith(`netloom ${command}: `)], [0, '', true])
  }
  assert.match(netloom(['--version']).stdout, /^\d+\.\d+\.\d+\n$/)
})

test('closing the output early ends the command without an error', async () => {
  const big = file(...Array.from({ length: 4000 }, () => request))
  const path = join(folder, 'big.pcap')
  writeFileSync(path, big)
  const child = spawn(process.execPath, [main, 'decode', path], { stdio: ['ignore', 'pipe', 'pipe'] })
  let errors = ''
  child.stderr.on('data', (text) => {
    errors += text
  })
  child.stdout.once('data', () => child.stdout.destroy())
  const status = await new Promise((resolve) => child.once('close', resolve))
  assert.equal([status, errors], [0, ''])
})

test('a full disk is an error', () => {
  const full = openSync('/dev/full', 'w')
  const { status, stderr } = spawnSync(process.execPath, [main, 'decode', recorded('tc.pcap')], {
    stdio: ['ignore', full, 'pipe'],
  })
  closeSync(full)
  assert.is(status, 1)
  assert.is(stderr.toString(), 'netloom: write standard output: no space left on device (ENOSPC)\n')
})

/** Returns the lines of a capture file after damage to all of its messages. */
async function damaged(name: string, damage: (bytes: Buffer) => void): Promise<readonly string[]> {
  const file = Buffer.from(readFileSync(recorded(`${name}.pcap`)))
  let from = 0
  for (const { bytes } of messagesOf(name)) {
    const start = file.indexOf(bytes, from)
    assert.ok(start >= from, 'the message is in the file')
    from = start + bytes.length
    damage(file.subarray(start, from))
  }
  const path = join(folder, `damaged-${name}.pcap`)
  writeFileSync(path, file)
  return (await runHere(decode, path)).lines
}

for (const [what, damage] of [
  ['claim to be longer than they are', (bytes: Buffer) => bytes[`writeUInt32${hostOrder}`](0x09000024, 0)],
  ['have attributes that claim to be longer', (bytes: Buffer) => bytes.fill(0xff, Math.min(bytes.length, 20))],
] as const)
  test(`messages that ${what} have lines without members that were not read`, async () => {
    for (const name of captureNames)
      for (const line of await damaged(name, damage)) assert.not.match(line, /\b(undefined|NaN)\b|\[object/)
  })

test('long details and the outcome behind them have a gap', async () => {
  const { lines } = await runHere(decode, recorded('10-conntrack.pcap'))
  const outcomes = lines.flatMap((line) => /(..)(✓|event +#\d+$)/.exec(line)?.[1] ?? [])
  assert.ok(outcomes.length > 20)
  assert.equal([...new Set(outcomes)], ['  '])
})

test.run()
