import {
  anyAddress,
  bitsOf,
  broadcastAddress,
  canonicalAddress,
  compareAddresses,
  contains,
  familyOf,
  formatPrefix,
  hostPrefix,
  isHost,
  lastAddress,
  linkLocalAddress,
  networkAddress,
  networkOf,
  overlaps,
  type Prefix,
  parsePrefix,
  unmappedAddress,
  unmappedPrefix,
} from '@netloom/netlink/ip'
import { addressesOf, halvesOf, sizeOf } from '@netloom/netlink/ip/ranges'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

const test = suite('IP prefixes')

/** Parses a prefix, or an address as a host prefix. */
function read(text: string): Prefix {
  const prefix = text.includes('/') ? parsePrefix(text) : hostPrefix(text)
  assert.ok(prefix, text)
  return prefix as Prefix
}

for (const [text, network, length, last, size] of [
  ['10.0.0.7/24', '10.0.0.0', 24, '10.0.0.255', 256n],
  ['10.0.0.7', '10.0.0.7', 32, '10.0.0.7', 1n],
  ['10.0.0.7/31', '10.0.0.6', 31, '10.0.0.7', 2n],
  ['0.0.0.0/0', '0.0.0.0', 0, '255.255.255.255', 2n ** 32n],
  ['255.255.255.255/1', '128.0.0.0', 1, '255.255.255.255', 2n ** 31n],
  ['192.168.129.0/17', '192.168.128.0', 17, '192.168.255.255', 2n ** 15n],
  ['2001:db8::1/64', '2001:db8::', 64, '2001:db8::ffff:ffff:ffff:ffff', 2n ** 64n],
  ['2001:DB8:0::/48', '2001:db8::', 48, '2001:db8:0:ffff:ffff:ffff:ffff:ffff', 2n ** 80n],
  ['::1', '::1', 128, '::1', 1n],
  ['::/0', '::', 0, 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 2n ** 128n],
  ['::ffff:192.0.2.9/120', '::ffff:192.0.2.0', 120, '::ffff:192.0.2.255', 256n],
  ['fe80::1/127', 'fe80::', 127, 'fe80::1', 2n],
] as const) {
  test(text, () => {
    const one = read(text)
    assert.is(networkAddress(one), network)
    assert.is(one.length, length)
    assert.is(lastAddress(one), last)
    assert.is(sizeOf(one), size)
    assert.is(isHost(one), size === 1n)
    assert.is(one.family, text.includes(':') ? 10 : 2)
    assert.equal(networkOf(one), { ...one, address: network })
    assert.is(formatPrefix(networkOf(one)), `${network}/${length}`)
  })
}

for (const text of [
  ...[
    '',
    '/',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/0008',
    '10.0.0.0',
    '::1',
    '10.0.0.0/8/8',
    '10.0.0/8',
    '10.0.0.0/a',
    ' 10.0.0.0/8',
  ],
  ...['10.0.0.0/255.0.0.0', '010.0.0.0/8', '::/129', '::1::/64', 'fe80::1%eth0/64', '0x0a000001', '0x0a000001/8', '0x'],
  `0x${'00'.repeat(16)}/64`,
]) {
  test(`${JSON.stringify(text)} is not a prefix`, () => {
    assert.is(parsePrefix(text), undefined)
  })
}

test('a prefix keeps its host bits, and its address is canonical', () => {
  assert.equal(parsePrefix('10.0.0.7/024'), { family: 2, address: '10.0.0.7', length: 24 })
  assert.equal(parsePrefix('2001:DB8:0::1/64'), { family: 10, address: '2001:db8::1', length: 64 })
})

for (const [one, other, isContained, overlap] of [
  ['10.0.0.0/8', '10.1.2.3', true, true],
  ['10.0.0.0/8', '10.0.0.0/8', true, true],
  ['10.0.0.0/8', '10.255.255.255/32', true, true],
  ['10.0.0.0/8', '11.0.0.0', false, false],
  ['10.1.0.0/16', '10.0.0.0/8', false, true],
  ['10.0.0.0/25', '10.0.0.128/25', false, false],
  ['0.0.0.0/0', '::/0', false, false],
  ['::/0', '10.0.0.1', false, false],
  ['2001:db8::/32', '2001:db8:ffff::1', true, true],
  ['2001:db8::/33', '2001:db8:8000::/33', false, false],
  ['::ffff:10.0.0.0/104', '::ffff:10.1.2.3', true, true],
] as const) {
  test(`contains() and overlaps() of ${one} and ${other}`, () => {
    const [first, second] = [read(one), read(other)]
    if (!other.includes('/')) assert.is(contains(first, other), isContained)
    assert.is(contains(first, second), isContained)
    assert.is(overlaps(first, second), overlap)
    assert.is(overlaps(second, first), overlap)
  })
}

for (const [text, broadcast] of [
  ['10.0.0.7/24', '10.0.0.255'],
  ['10.0.0.0/30', '10.0.0.3'],
  ['10.0.0.0/31', undefined],
  ['10.0.0.0/32', undefined],
  ['2001:db8::/64', undefined],
] as const) {
  test(`the broadcast address of ${text} is ${broadcast}`, () => assert.is(broadcastAddress(read(text)), broadcast))
}

for (const [text, canonical] of [
  ['10.0.0.1', '10.0.0.1'],
  ['2001:DB8:0:0::1', '2001:db8::1'],
  ['::ffff:a00:1', '::ffff:10.0.0.1'],
  ['10.0.0', undefined],
  ['10.0.0.01', undefined],
  ['fe80::1%eth0', undefined],
  ['0x0a000001', undefined],
  ['', undefined],
] as const) {
  test(`canonicalAddress(${JSON.stringify(text)}) is ${canonical}`, () => assert.is(canonicalAddress(text), canonical))
}

for (const [text, unmapped] of [
  ['::ffff:10.0.0.1/128', '10.0.0.1/32'],
  ['::ffff:10.0.0.0/96', '10.0.0.0/0'],
  ['::ffff:10.0.0.0/95', undefined],
  ['10.0.0.0/8', '10.0.0.0/8'],
  ['2001:db8::/64', '2001:db8::/64'],
] as const) {
  test(`the IPv4 form of ${text} is ${unmapped}`, () => {
    const found = unmappedPrefix(read(text))
    assert.is(found && formatPrefix(found), unmapped)
    if (found) assert.is(found.family, familyOf(found.address))
  })
}

test('unmappedAddress() converts only IPv4-mapped addresses', () => {
  assert.is(unmappedAddress('::ffff:10.0.0.1'), '10.0.0.1')
  assert.is(unmappedAddress('2001:db8::1'), '2001:db8::1')
})

test('familyOf(), bitsOf() and anyAddress() know both families', () => {
  assert.equal([familyOf('10.0.0.1'), familyOf('::1')], [2, 10])
  assert.equal([bitsOf(2), bitsOf(10)], [32, 128])
  assert.equal([anyAddress(2), anyAddress(10)], ['0.0.0.0', '::'])
})

test('compareAddresses() sorts by number', () => {
  assert.equal(['10.0.0.10', '9.0.0.0', '10.0.0.9'].sort(compareAddresses), ['9.0.0.0', '10.0.0.9', '10.0.0.10'])
  assert.equal(['2001:db8::10', 'fe80::', '2001:db8::9'].sort(compareAddresses), [
    '2001:db8::9',
    '2001:db8::10',
    'fe80::',
  ])
})

test('linkLocalAddress() derives the address from a MAC address', () =>
  assert.is(linkLocalAddress('02:42:ac:11:00:02'), 'fe80::42:acff:fe11:2'))

test('halvesOf() splits a prefix', () => {
  const halves = (text: string) => halvesOf(read(text)).map(formatPrefix)
  assert.equal(halves('10.0.0.7/24'), ['10.0.0.0/25', '10.0.0.128/25'])
  assert.equal(halves('2001:db8::/64'), ['2001:db8::/65', '2001:db8:0:0:8000::/65'])
  assert.equal(halves('10.0.0.6/31'), ['10.0.0.6/32', '10.0.0.7/32'])
  for (const single of ['10.0.0.1', '::1']) {
    assert.throws(
      () => halvesOf(read(single)),
      (error: unknown) => error instanceof TypeError && /got the single address/.test(error.message),
    )
  }
})

test('addressesOf() yields addresses in order, on demand', () => {
  const list = (text: string) => [...addressesOf(read(text))]
  assert.equal(list('10.0.0.252/30'), ['10.0.0.252', '10.0.0.253', '10.0.0.254', '10.0.0.255'])
  assert.equal(list('::1'), ['::1'])
  const endless = addressesOf(read('2001:db8::/32'))
  assert.equal(
    [endless.next().value, endless.next().value, endless.next().value],
    ['2001:db8::', '2001:db8::1', '2001:db8::2'],
  )
})

test.run()
