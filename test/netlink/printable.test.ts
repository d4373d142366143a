import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { encodeMessage, NetlinkError, SystemError } from '@netloom/netlink'
import { type CapturedDatagram, PACKET, writePcap } from '@netloom/netlink/capture'
import { compile, DecodeError, decode, EncodeError, encode, printable, show } from '@netloom/netlink/codec'
import { NETLINK } from '@netloom/netlink/dissect'
import { nlctrl } from '@netloom/netlink/generic'
import { rtnetlink } from '@netloom/netlink/route'
import { uevent } from '@netloom/netlink/uevent'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { assertPrintable, hostile } from '../support/printable.js'
import { cpuOf } from '../support/until.js'
import '../support/built.js'

const main = fileURLToPath(new URL('../../packages/netlink/bundle/cli/main.js', import.meta.url))

const test = suite('terminal control characters')

test('printable() escapes control characters and nothing else', () => {
  for (const each of hostile) {
    const shown = printable(`a${each}b`)
    assertPrintable(shown, show(each))
    assert.not.match(shown, '\n')
    assert.is(JSON.parse(`"${shown}"`), `a${each}b`)
  }
  for (const plain of ['', 'eth0', 'größer → 日本', '"quoted" \\ \\u001b', 'a\u00a0b', '😀'])
    assert.is(printable(plain), plain)
})

test('printable() takes linear time', () => {
  const cost = (size: number) => {
    const text = '\x1b'.repeat(size)
    return cpuOf(() => {
      for (let round = 0; round < 2_000_000 / size; round++) printable(text)
    })
  }
  cost(1000)
  assert.ok(cost(1_000_000) < 20 * cost(1000))
})

const all = hostile.join('')
const nul = Buffer.alloc(1)

/** Encodes text as the kernel sends it: a lone surrogate stands for a byte that is not UTF-8. */
const bytesOf = (text: string) =>
  Buffer.concat(
    [...text].map((each) =>
      /[\udc80-\udcff]/.test(each) && each.length === 1 ? Buffer.of(each.charCodeAt(0) - 0xdc00) : Buffer.from(each),
    ),
  )

const header = { flags: 0, seq: 1, pid: 0 }
const datagram = (protocol: number, bytes: Buffer): CapturedDatagram => ({
  time: 0n,
  protocol,
  packetType: PACKET.HOST,
  bytes,
})

const link = (attrs: object) => {
  const [type, declaration] = rtnetlink.messages.RTM_NEWLINK
  return encodeMessage({ ...header, type }, encode(declaration, { index: 1, attrs } as never))
}

const attribute = (type: number, payload: Buffer) => {
  const bytes = Buffer.alloc(4 + Math.ceil(payload.length / 4) * 4)
  bytes.writeUInt16LE(4 + payload.length, 0)
  bytes.writeUInt16LE(type, 2)
  payload.copy(bytes, 4)
  return bytes
}

/** Returns an error of the kernel with this message. */
const refusal = (words: string) => {
  const error = Buffer.alloc(4)
  error.writeInt32LE(-22)
  const request = encodeMessage({ type: 16, flags: 1, seq: 1, pid: 0 }, Buffer.alloc(0)).subarray(0, 16)
  const [NLMSGERR_ATTR_MSG, NLM_F_CAPPED_ACK_TLVS] = [1, 0x300]
  const attrs = attribute(NLMSGERR_ATTR_MSG, Buffer.concat([bytesOf(words), nul]))
  return encodeMessage(
    { type: 2, flags: NLM_F_CAPPED_ACK_TLVS, seq: 1, pid: 0 },
    Buffer.concat([error, request, attrs]),
  )
}

/** Number of a family. The controller announces its name, and then the family sends a message. */
const FAMILY = 77
const newFamily = (name: string) => {
  const CTRL = { CMD_NEWFAMILY: 1, ATTR_FAMILY_ID: 1, ATTR_FAMILY_NAME: 2 }
  const id = Buffer.alloc(2)
  id.writeUInt16LE(FAMILY)
  const attrs = [
    attribute(CTRL.ATTR_FAMILY_NAME, Buffer.concat([bytesOf(name), nul])),
    attribute(CTRL.ATTR_FAMILY_ID, id),
  ]
  return encodeMessage({ ...header, type: 16 }, Buffer.concat([Buffer.of(CTRL.CMD_NEWFAMILY, 2, 0, 0), ...attrs]))
}

const kernelUevent = (action: string, path: string, key: string, value: string) =>
  Buffer.concat([`${action}@${path}`, `${key}=${value}`, key].flatMap((text) => [bytesOf(text), nul]))

/** Returns datagrams with one message each, in which each text is `text`. */
function datagramsWith(text: string): CapturedDatagram[] {
  const udev = encode(uevent, {
    action: text.replaceAll('@', ''),
    devpath: text,
    properties: [
      ['ACTION', text.replaceAll('@', '')],
      ['DEVPATH', text],
      [text.replaceAll('=', ''), text],
    ],
    udev: { filterSubsystemHash: 0, filterDevtypeHash: 0, filterTagBloomHi: 0, filterTagBloomLo: 0 },
  })
  const generic = encodeMessage({ ...header, type: FAMILY }, Buffer.of(1, 1, 0, 0))
  return [
    datagram(NETLINK.ROUTE, link({ ifname: text.slice(0, 4), ifalias: text, qdisc: text, linkinfo: { kind: text } })),
    datagram(NETLINK.ROUTE, link({ ifalias: text.repeat(60) })),
    datagram(NETLINK.ROUTE, refusal(text)),
    datagram(NETLINK.GENERIC, newFamily(text)),
    datagram(NETLINK.GENERIC, generic),
    datagram(NETLINK.GENERIC, encodeMessage({ ...header, type: FAMILY }, Buffer.alloc(0))),
    datagram(NETLINK.KOBJECT_UEVENT, kernelUevent(text, text, text, text)),
    datagram(NETLINK.KOBJECT_UEVENT, udev),
    // Malformed: the error quotes the text.
    datagram(NETLINK.KOBJECT_UEVENT, Buffer.concat([bytesOf(text.replaceAll('@', '')), nul])),
  ]
}

const netloom = (args: readonly string[], input: Buffer = Buffer.of()) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { input })
  return { status, stdout: stdout.toString(), stderr: stderr.toString() }
}

const texts = [...hostile.map((each) => `x${each}y`), all]
const captured = writePcap(texts.flatMap(datagramsWith), 'LE')
const perText = datagramsWith('').length

test('netloom decode escapes control characters in conversations', () => {
  const { status, stdout, stderr } = netloom(['decode', '-'], captured)
  assert.equal([status, stderr], [0, ''])
  assertPrintable(stdout, 'conversations')
  const lines = stdout.trimEnd().split('\n')
  // Each message has a line, unless it is the copy of an event, and each refusal another line. The last line has the counts.
  const copies = Number(/\(and (\d+) copies /.exec(stdout)?.[1])
  assert.is(lines.length + copies, texts.length * (perText + 1) + 1)
  assert.equal(
    lines.slice(0, -1).filter((line) => !/^ +\+0\.000000 |^ +the kernel: /.test(line)),
    [],
  )
})

test('netloom decode -d escapes control characters in text output', () => {
  const { status, stdout, stderr } = netloom(['decode', '-d', '-'], captured)
  assert.equal([status, stderr], [0, ''])
  assertPrintable(stdout, 'text')
  // A line feed in a name does not start a new line.
  assert.is(stdout.match(/^\S.* kernel NETLINK_/gm)?.length, texts.length * perText)
  assert.equal(
    stdout.split('\n').filter((line) => !/^(#\d+ {2}\d{4}-| {4}|$)/.test(line)),
    [],
  )
})

test('netloom decode --json output can be parsed to the original text', () => {
  const { status, stdout, stderr } = netloom(['decode', '--json', '-'], captured)
  assert.equal([status, stderr], [0, ''])
  assertPrintable(stdout, 'JSON')
  const lines = stdout.trimEnd().split('\n')
  assert.is(lines.length, texts.length * perText)
  for (const [index, text] of texts.entries()) {
    const messages = lines.slice(index * perText, (index + 1) * perText).map((line) => JSON.parse(line))
    assert.is(messages[0].value.attrs.ifalias, text)
    assert.is(messages[2].value.attrs.msg, text)
    assert.is(messages[4].family, text)
    assert.equal(messages[6].value.properties, [
      [text, text],
      [text, null],
    ])
  }
})

test('errors about arguments and files are one line without control characters', () => {
  for (const args of [
    [all],
    ['decode', all, all],
    ['decode', `/no/such/${all}`],
    ['decode', `--${all}`],
    ['dump', all],
    ['dump', 'links', '--netns', `/run/netns/${all}`],
    ['monitor', all],
    ['monitor', '--netns', `/run/netns/${all}`],
    ['monitor', '--netns', '--json'],
  ]) {
    const { status, stdout, stderr } = netloom(args.map((each) => each.replaceAll(/[\udc80-\udcff]/g, '')))
    assert.is(stdout, '')
    assertPrintable(stderr, args.join(' '))
    assert.match(stderr, status === 2 ? /^netloom: [^\n]+\nTry netloom .*--help\n$/ : /^netloom: [^\n]+\n$/)
    assert.not.match(stderr, /internal error/)
  }
})

test("error messages of the library are escaped, and the kernel's message is unchanged in its property", () => {
  const refused = new NetlinkError({
    request: 'RTM_NEWLINK',
    errno: 22,
    kernelMessage: all,
    attribute: all,
    missing: all,
  })
  assert.equal([refused.kernelMessage, refused.attribute], [all, all])
  const undecodable = (() => {
    try {
      decode(uevent, Buffer.concat([bytesOf(all), nul]))
      return new Error('decoded')
    } catch (error) {
      return error as Error
    }
  })()
  assert.instance(undecodable, DecodeError)
  const messages = [
    refused,
    undecodable,
    new SystemError('open', 2, all),
    new DecodeError(all, [all]),
    new EncodeError(all, [all]),
  ].map(({ message }) => message)
  for (const text of messages) {
    assertPrintable(text, 'message')
    assert.not.match(text, '\n')
  }
})

test('show() returns one line for any value', () => {
  for (const value of [
    all,
    Symbol(all),
    () => all,
    { [all]: all },
    [all],
    5n,
    undefined,
    null,
    5,
    true,
    new Error(all),
  ]) {
    const text = show(value)
    assertPrintable(text, typeof value)
    assert.not.match(text, '\n')
  }
})

test('an unknown key or name is quoted without control characters', () => {
  for (const call of [
    () =>
      compile(rtnetlink.messages.RTM_NEWLINK[1]).encode({ bytes: Buffer.alloc(64), length: 0 }, {
        attrs: { [all]: 1 },
      } as never),
    () => encode(rtnetlink.messages.RTM_NEWLINK[1], { [all]: 1 } as never),
    () => rtnetlink.byName(all),
    () => nlctrl.protocol(16).byName(all),
  ]) {
    try {
      call()
      assert.unreachable()
    } catch (error) {
      assert.instance(error, TypeError)
      assertPrintable((error as Error).message, 'message')
      assert.not.match((error as Error).message, '\n')
    }
  }
})

test.run()
