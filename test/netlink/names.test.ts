import { constants as system } from 'node:os'
import { errnoDescription, errnoName, flagNames, nameOf } from '@netloom/netlink'
import { constants } from '@netloom/netlink/codec'
import { IFF, RT_SCOPE, RTN } from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

const test = suite('names of numbers')

for (const [family, number, name] of [
  [RTN, 1, 'RTN_UNICAST'],
  [RTN, 0, 'RTN_UNSPEC'],
  [RTN, 99, 'RTN_99'],
  [RT_SCOPE, 253, 'RT_SCOPE_LINK'],
] as const) {
  test(`nameOf() returns ${name}`, () => assert.is(nameOf(family, number), name))
}

for (const [bits, names] of [
  [0, []],
  [0x1003, ['UP', 'BROADCAST', 'MULTICAST']],
  [0x40000000, ['0x40000000']],
  [0x80000001, ['UP', '0x80000000']],
] as const) {
  test(`flagNames() returns ${JSON.stringify(names)}`, () => assert.equal(flagNames(IFF, bits), names))
}

test('a constants object lists only its numbers', () => {
  const family = constants('X', { A: 1, B: 2, C: 3 })
  assert.equal(Object.entries(family), [
    ['A', 1],
    ['B', 2],
    ['C', 3],
  ])
  assert.is(family.prefix, 'X')
  assert.is(family.B, 2)
  assert.equal(flagNames(family, 3), ['A', 'B', 'C'])
})

for (const [errno, name] of [
  [1, 'EPERM'],
  [11, 'EAGAIN'],
  [17, 'EEXIST'],
  [77, 'EBADFD'],
  [95, 'EOPNOTSUPP'],
  [132, 'ERFKILL'],
  [512, 'ERESTARTSYS'],
  [524, 'ENOTSUPP'],
  [4711, 'E4711'],
] as const) {
  test(`errnoName(${errno}) is ${name}`, () => assert.is(errnoName(errno), name))
}

test('errnoName() knows every errno of Node.js', () => {
  // Aliases. libuv prefers the other name of each.
  const aliases = ['EWOULDBLOCK', 'ENOTSUP']
  for (const [name, errno] of Object.entries(system.errno)) {
    if (!aliases.includes(name)) assert.is(errnoName(errno), name)
  }
})

for (const [errno, description] of [
  [17, 'file exists'],
  [101, 'network is unreachable'],
  [4711, 'unknown error 4711'],
] as const) {
  test(`errnoDescription(${errno}) is ${description}`, () => assert.is(errnoDescription(errno), description))
}

test.run()
