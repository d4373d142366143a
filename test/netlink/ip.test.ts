import { prefix } from '@netloom/netlink/ip'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

const test = suite('prefix()')

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
    const one = prefix(text)
    assert.is(one.network, network)
    assert.is(one.length, length)
    assert.is(one.last, last)
    assert.is(one.size, size)
    assert.is(one.family, text.includes(':') ? 6 : 4)
    assert.is(String(one), `${network}/${length}`)
  })
}

for (const text of [
  ...[
    '',
    '/',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    '10.0.0/8',
    '10.0.0.0/a',
    ' 10.0.0.0/8',
  ],
  ...['10.0.0.0/255.0.0.0', '010.0.0.0/8', '::/129', '::1::/64', 'fe80::1%eth0/64', '0x0a000001', '0x0a000001/8', '0x'],
  `0x${'00'.repeat(16)}/64`,
]) {
  test(`${JSON.stringify(text)} is refused`, () => {
    assert.throws(
      () => prefix(text),
      (error: unknown) => error instanceof TypeError,
    )
  })
}

for (const [one, other, contains, overlaps] of [
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
  test(`${one} and ${other}`, () => {
    assert.is(prefix(one).contains(other), contains)
    assert.is(prefix(one).contains(prefix(other)), contains)
    assert.is(prefix(one).overlaps(prefix(other)), overlaps)
    assert.is(prefix(other).overlaps(prefix(one)), overlaps)
  })
}

test('halves', () => {
  assert.equal(prefix('10.0.0.0/24').split().map(String), ['10.0.0.0/25', '10.0.0.128/25'])
  assert.equal(prefix('2001:db8::/64').split().map(String), ['2001:db8::/65', '2001:db8:0:0:8000::/65'])
  assert.equal(prefix('10.0.0.6/31').split().map(String), ['10.0.0.6/32', '10.0.0.7/32'])
  for (const single of ['10.0.0.1', '::1']) {
    assert.throws(
      () => prefix(single).split(),
      (error: unknown) => error instanceof TypeError && /got the single address/.test(error.message),
    )
  }
})

test('addresses in order, as many as are wanted', () => {
  assert.equal([...prefix('10.0.0.252/30').addresses()], ['10.0.0.252', '10.0.0.253', '10.0.0.254', '10.0.0.255'])
  assert.equal([...prefix('::1').addresses()], ['::1'])
  const endless = prefix('2001:db8::/32').addresses()
  assert.equal(
    [endless.next().value, endless.next().value, endless.next().value],
    ['2001:db8::', '2001:db8::1', '2001:db8::2'],
  )
})

test.run()
