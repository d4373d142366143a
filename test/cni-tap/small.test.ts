import { broadcastAddress, contains, networkAddress } from '@netloom/netlink/ip'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { aliasOf, aliasPrefixOf } from '../../packages/cni-tap/dist/attachment/alias.js'
import { CniError, errnoCode, ifAny, kernelCall, messageOf, toCniError } from '../../packages/cni-tap/dist/cni/error.js'
import { parseCidr, parseIp } from '../../packages/cni-tap/dist/cni/prefix.js'
import { isAtLeast, parseVersion } from '../../packages/cni-tap/dist/cni/version.js'
import '../support/built.js'

const prefixes = suite('cni-tap: prefixes')
const parsed: [text: string, address: string, length: number, network: string, broadcast: string | undefined][] = [
  ['10.1.2.3/24', '10.1.2.3', 24, '10.1.2.0', '10.1.2.255'],
  ['10.1.2.3/0', '10.1.2.3', 0, '0.0.0.0', '255.255.255.255'],
  ['10.1.2.3/20', '10.1.2.3', 20, '10.1.0.0', '10.1.15.255'],
  ['10.1.2.3/30', '10.1.2.3', 30, '10.1.2.0', '10.1.2.3'],
  ['10.1.2.3/31', '10.1.2.3', 31, '10.1.2.2', undefined],
  ['10.1.2.3/32', '10.1.2.3', 32, '10.1.2.3', undefined],
  ['2001:DB8:0:0::1/64', '2001:db8::1', 64, '2001:db8::', undefined],
  ['2001:db8::ffff/125', '2001:db8::ffff', 125, '2001:db8::fff8', undefined],
  ['::/0', '::', 0, '::', undefined],
  ['::ffff:10.1.2.3/120', '10.1.2.3', 24, '10.1.2.0', '10.1.2.255'],
]
for (const [text, address, length, network, broadcast] of parsed) {
  prefixes(text, () => {
    const prefix = parseCidr(text)!
    assert.equal(prefix, { family: address.includes(':') ? 10 : 2, address, length })
    assert.is(networkAddress(prefix), network)
    assert.is(broadcastAddress(prefix), broadcast)
  })
}
const bad = ['', '/', '10.0.0.1', '10.0.0.1/', '10.0.0.1/33', '10.0.0.1/-1', '10.0.0.1/x', '10.0.0/8', '10.0.0.256/8']
for (const text of [...bad, '10.0.0.1/8/8', '::1/129', '::g/1', '::ffff:1.2.3.4/95', '0x0a000001/8', '010.0.0.1/8']) {
  prefixes(`rejects ${JSON.stringify(text)}`, () => assert.is(parseCidr(text), undefined))
}
prefixes('addresses', () => {
  assert.is(parseIp('::ffff:10.0.0.1'), '10.0.0.1')
  assert.is(parseIp('2001:0db8::0001'), '2001:db8::1')
  for (const text of ['', 'x', '10.0.0.1/8', '0x0a000001', 'fe80::1%eth0', ' ::1']) assert.is(parseIp(text), undefined)
})
prefixes('contains() is true for addresses in the network', () => {
  const network = parseCidr('10.1.2.3/20')!
  assert.ok(contains(network, '10.1.15.255'))
  assert.not(contains(network, '10.1.16.0'))
  assert.not(contains(network, '::1'))
})
prefixes.run()

const aliases = suite('cni-tap: aliases')
aliases('name the network and the attachment', () => {
  assert.is(aliasOf('net', 'c1', 'tap0'), 'netloom/net/c1/tap0')
  assert.ok(aliasOf('net', 'c1', 'tap0').startsWith(aliasPrefixOf('net')))
  const others = [aliasOf('net2', 'c1', 'tap0'), aliasOf('net', 'c1t', 'ap0'), aliasOf('net', 'c1', 'tap1')]
  assert.is(new Set([aliasOf('net', 'c1', 'tap0'), ...others]).size, 4)
})
aliases("fit the kernel's limit, and differ for long names that differ", () => {
  const long = (last: string) => 'n'.repeat(200) + last
  const alias = aliasOf(long('a'), long('b'), 'a-name-of-15-by')
  assert.ok(alias.length < 256)
  assert.ok(alias.startsWith(aliasPrefixOf(long('a'))))
  assert.is.not(aliasPrefixOf(long('a')), aliasPrefixOf(long('b')))
  assert.is.not(alias, aliasOf(long('a'), long('c'), 'a-name-of-15-by'))
})
aliases.run()

const versions = suite('cni-tap: versions')
versions('are compared by number', () => {
  assert.ok(isAtLeast('0.10.0', '0.9.0'))
  assert.ok(isAtLeast('1.0', '1.0.0'))
  assert.not(isAtLeast('0.3.1', '0.4.0'))
  assert.equal(parseVersion('1'), [1, 0, 0])
})
versions('that are malformed are an error that names the part', () => {
  for (const [text, message] of [
    ['x.1.1', /major version part "x"/],
    ['1.x.1', /minor version part "x"/],
    ['1.1.', /micro version part ""/],
    ['1.1.1.1', /^invalid version "1.1.1.1": too many parts$/],
  ] as const) {
    assert.throws(() => parseVersion(text), message)
  }
})
versions.run()

const errors = suite('cni-tap: errors')
const system = (code: string) => Object.assign(new Error(`${code}: refused`), { code, errno: -1, syscall: 'open' })
errors('a kernel error is code 101, and a transient one is code 11', () => {
  const refuse = (code: string) => () =>
    kernelCall('failed to try', () => {
      throw system(code)
    })
  for (const [code, expected] of [
    ['EPERM', 101],
    ['EACCES', 101],
    ...['EAGAIN', 'EBUSY', 'EINTR', 'EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'ETXTBSY'].map(
      (code) => [code, 11] as const,
    ),
  ] as const) {
    assert.throws(
      refuse(code),
      (error: CniError) => error.code === expected && error.message === `failed to try: ${code}: refused`,
    )
  }
})
errors('have the code of their cause', () => {
  const interrupted = new Error('not all was answered', { cause: system('ENOMEM') })
  assert.is(errnoCode(interrupted), 'ENOMEM')
  assert.is(toCniError(interrupted).code, 11)
  assert.is(errnoCode(new Error('x', { cause: new CniError(7, 'y') })), undefined)
})
errors('an object that does not exist is distinguished from a transient failure', () => {
  const look = (error: Error) => () =>
    ifAny('failed to look', () => {
      throw error
    })
  assert.is(
    ifAny('', () => 5),
    5,
  )
  for (const error of [system('ENOENT'), system('EACCES'), new TypeError('x')]) assert.is(look(error)(), undefined)
  assert.throws(
    look(system('EMFILE')),
    (error: CniError) => error.code === 11 && error.message === 'failed to look: EMFILE: refused',
  )
})
errors('unexpected errors are code 999', () => {
  assert.is(toCniError(new RangeError('x')).code, 999)
  assert.is(toCniError('x').message, 'x')
  assert.throws(
    () =>
      kernelCall('', () => {
        throw new TypeError('x')
      }),
    (error: Error) => error instanceof TypeError,
  )
})
errors('print details once', () => {
  const error = new CniError(7, 'msg', 'details').withDetails(['more', 'still more'])
  assert.equal(error.toObject('1.0.0'), {
    cniVersion: '1.0.0',
    code: 7,
    msg: 'msg',
    details: 'details; more; still more',
  })
  assert.equal(new CniError(7, 'msg').toObject('1.0.0'), { cniVersion: '1.0.0', code: 7, msg: 'msg' })
  assert.is(messageOf(error), 'msg; details; more; still more')
  assert.is(errnoCode(error), undefined)
})
errors.run()
