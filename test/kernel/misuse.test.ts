import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Connection, SystemError, withNetns } from '@netloom/netlink'
import { TunTap } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

// Wrong calls throw a TypeError and have no effect.

const test = suiteNeeding('misuse', 'netns', 'tun')

const assertRejected = (call: () => unknown, message: RegExp) =>
  assert.throws(call, (error: unknown) => error instanceof TypeError && message.test(error.message))

for (const [name, args, message] of [
  [
    'excl with a get',
    ['RTM_GETLINK', { index: 1 }, { excl: true }],
    /RTM_GETLINK: expected the options echo, flags, got 'excl'/,
  ],
  ['replace with a delete', ['RTM_DELLINK', { index: 1 }, { replace: true }], /RTM_DELLINK: .* got 'replace'/],
  ['an unknown option', ['RTM_NEWLINK', { index: 1 }, { exclusive: true }], /got 'exclusive'/],
  [
    'an option that is not a boolean',
    ['RTM_NEWLINK', { index: 1 }, { create: 'no' }],
    /option create to be true or false/,
  ],
  ['an array as message', ['RTM_GETLINK', []], /expected a link message/],
  ['a Map as attributes', ['RTM_GETLINK', { attrs: new Map([['ifname', 'lo']]) }], /expected IFLA attributes/],
  [
    'flags of a raw attribute',
    ['RTM_NEWLINK', { attrs: { '?777': [{ flags: 3, payload: Buffer.alloc(0) }] } }],
    /NLA_F/,
  ],
  [
    'an address of another family',
    ['RTM_NEWADDR', { family: 2, prefixlen: 24, index: 1, attrs: { local: 'fd00::1' } }, { create: true }],
    /RTM_NEWADDR > IFA_LOCAL: expected an IPv4 address, as family is 2, got "fd00::1"/,
  ],
  [
    'a hexadecimal address of another family',
    ['RTM_NEWADDR', { family: 2, prefixlen: 24, index: 1, attrs: { local: `0x${'20'.repeat(16)}` } }, { create: true }],
    /expected an IPv4 address/,
  ],
  [
    'a next hop of another family',
    [
      'RTM_NEWROUTE',
      { family: 2, attrs: { multipath: [{ ifindex: 1, attrs: { gateway: 'fd00::1' } }] } },
      { create: true },
    ],
    /RTM_NEWROUTE > RTA_GATEWAY: expected an IPv4 address/,
  ],
  ['a number as options', ['RTM_GETLINK', { index: 1 }, 5], /RTM_GETLINK: expected options, got 5/],
  ['null as message', ['RTM_NEWADDR', null], /expected a address message/],
  [
    'an object that is no declaration of the replies',
    ['RTM_NEWLINK', { index: 1, attrs: { mtu: 999 } }, {}, { mtu: true }],
    /RTM_NEWLINK: expected a declaration of the replies, got/,
  ],
  [
    'null as declaration of the replies',
    ['RTM_GETLINK', { index: 1 }, {}, null],
    /expected a declaration .*, got null/,
  ],
  ['an unknown message', ['RTM_NEWNOTHING', {}], /expected a message of NETLINK_ROUTE, got 'RTM_NEWNOTHING'/],
] as const) {
  test(`a request with ${name} throws a TypeError`, () =>
    inScratch(({ path }) => {
      using netlink = Connection.open({ netns: path })
      const before = netlink.dumpSync('RTM_GETLINK')
      assertRejected(() => netlink.requestSync(...(args as unknown as Parameters<typeof netlink.requestSync>)), message)
      assert.equal(netlink.dumpSync('RTM_GETLINK').length, before.length)
    }))
}

for (const options of [
  { timeout: -5 },
  { timeout: Number.NaN },
  { timeout: 'x' },
  { timeout: '5' },
  { strict: 'no' },
  { netNs: '/run/netns/x' },
  { dumpAttempts: 0 },
  { netns: {} },
  { netns: true },
]) {
  test(`opening a connection with ${JSON.stringify(options)} throws a TypeError`, () =>
    assertRejected(() => Connection.open(options as never), /^expected /))
}

for (const options of [
  { carrier: 'x' },
  { persist: 'false' },
  { multiQueue: 1 },
  { multiqueue: true },
  { name: 'tap\u00e0' }, // its second byte, 0xa0, is white space to the kernel
  { name: 'tap\ufffd' },
  { name: '\ud800' },
  { mode: 'TAP' },
]) {
  test(`creating a device with ${JSON.stringify(options)} throws a TypeError`, () =>
    inScratch((namespace) => {
      const all = { mode: 'tap', name: 'tap0', netns: namespace.path, ...options }
      assertRejected(() => TunTap.create(all as never), /^expected /)
      assert.equal(
        namespace.ip('link', 'show').map(({ ifname }: { ifname: string }) => ifname),
        ['lo'],
      )
    }))
}

test('a dump of a request that is not a get throws a TypeError', () =>
  inScratch(({ path }) => {
    using netlink = Connection.open({ netns: path })
    assertRejected(() => netlink.dumpSync('RTM_DELNEIGH', { family: 7 }), /expected a get to dump, got 'RTM_DELNEIGH'/)
  }))

test('a device name may contain white space that the kernel allows', () =>
  inScratch(({ path }) => {
    using tap = TunTap.create({ mode: 'tap', name: 'a\u2003b\ufeff', netns: path })
    assert.is(tap.name, 'a\u2003b\ufeff')
  }))

test('writing a frame that is not bytes throws a TypeError', () =>
  inScratch(({ path }) => {
    using tap = TunTap.create({ mode: 'tap', netns: path })
    for (const frame of ['x'.repeat(60), new Uint16Array(40), [1, 2, 3], new ArrayBuffer(60)]) {
      assertRejected(() => tap.write(frame as never), /expected a frame \(a Buffer or Uint8Array\), got /)
    }
    for (const value of ['off', undefined]) assertRejected(() => tap.setPersist(value as never), /expected persist/)
  }))

test('an alias can have the maximum length of 255 bytes', () =>
  inScratch((namespace) => {
    using netlink = Connection.open({ netns: namespace.path })
    const ifalias = 'a'.repeat(255)
    netlink.requestSync('RTM_NEWLINK', { index: 1, attrs: { ifalias } })
    assert.is(netlink.requestSync('RTM_GETLINK', { index: 1 })[0]?.attrs.ifalias, ifalias)
    assert.is(namespace.ip('link', 'show', 'lo')[0].ifalias, ifalias)
  }))

test('a FIFO as namespace fails without blocking', () => {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-fifo-'))
  try {
    const fifo = join(folder, 'fifo')
    execFileSync('mkfifo', [fifo])
    assert.throws(
      () => withNetns(fifo, () => undefined),
      (error: unknown) => error instanceof SystemError && error.syscall === 'setns' && error.code === 'EINVAL',
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test.run()
