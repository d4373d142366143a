import { Connection } from '@netloom/netlink'
import {
  attributes,
  constants,
  type Declaration,
  decode,
  describe,
  EncodeError,
  encode,
  flagNames,
  followed,
  list,
  message,
  multi,
  nameOf,
  select,
  selectOuter,
  string,
  struct,
  u8,
  u16,
  u32,
} from '@netloom/netlink/codec'
import * as diag from '@netloom/netlink/diag'
import { Redactor } from '@netloom/netlink/inspect'
import * as route from '@netloom/netlink/route'
import { mockKernel } from '@netloom/netlink/testing'
import { uevent } from '@netloom/netlink/uevent'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { showLine } from '../../packages/netlink/dist/cli/line.js'
import { toJson } from '../../packages/netlink/dist/dissect/index.js'
import '../support/built.js'

/** Only own members of a value count, whatever their names, both before and after code generation. */
const test = suite('own members')
const order = 'LE'

/** Names that every object inherits, or that have a meaning in an object literal. */
const NAMES = ['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__']

/** Creates an object in which `__proto__` is an ordinary own member. */
const objectOf = <T>(entries: readonly (readonly [string, T])[]) => Object.fromEntries(entries) as Record<string, T>

type Any = Declaration<unknown>
const numbers = () => attributes('N', objectOf(NAMES.map((name, index) => [name, [index + 1, u32]])) as never) as Any
const members = () => struct('s', objectOf(NAMES.map((name) => [name, u8])) as never) as unknown as Any
const several = () =>
  attributes('M', objectOf(NAMES.map((name, index) => [name, [index + 1, multi(u8)]])) as never) as Any
const nests = () =>
  attributes('O', objectOf(NAMES.map((name, index) => [name, [index + 1, list(numbers())]])) as never) as Any
const headed = () =>
  message('headed', members() as never, attributes('A', { constructor: [1, u32] } as never)) as unknown as Any
const chosen = () =>
  attributes('C', {
    constructor: [1, string],
    toString: [2, select('constructor', objectOf(NAMES.map((name) => [name, u8])) as never)],
  } as never) as Any
const outer = () =>
  message(
    'outer',
    struct('h', { constructor: u8, pad: u8, hasOwnProperty: u16 } as never) as never,
    attributes('B', { valueOf: [1, selectOuter('constructor', { 1: u8, 2: u16 }, u32)] } as never),
  ) as unknown as Any
const withFollower = () => followed(struct('f', { a: u8 }), '__proto__', u8) as unknown as Any

const each = <T>(value: (index: number) => T) => objectOf(NAMES.map((name, index) => [name, value(index)]))
const cases: readonly [string, () => Any, unknown][] = [
  ['attributes', numbers, each((index) => index)],
  ['a struct', members, each((index) => index)],
  ['repeated attributes', several, each((index) => [index, 7])],
  ['nests', nests, each((index) => [each(() => index), {}])],
  ['a message', headed, { ...each((index) => index), attrs: objectOf([['constructor', 5]]) }],
  ...NAMES.map((name): [string, () => Any, unknown] => [
    `a selection by ${name}`,
    chosen,
    objectOf<unknown>([
      ['constructor', name],
      ['toString', 3],
    ]),
  ]),
  ...[1, 2, 3].map((kind): [string, () => Any, unknown] => [
    `a selection by a header, ${kind}`,
    outer,
    { constructor: kind, pad: 0, hasOwnProperty: 9, attrs: { valueOf: 4 } },
  ]),
  [
    'a declaration after a struct',
    withFollower,
    objectOf<unknown>([
      ['a', 1],
      ['__proto__', 2],
    ]),
  ],
]

/** Number of calls after which code has been generated. */
const CALLS = 250

for (const [name, make, value] of cases) {
  for (const lossless of [false, true]) {
    test(`${name}${lossless ? ', lossless' : ''}`, () => {
      const declaration = make()
      const first = encode(declaration, value as never, { order, lossless })
      for (let call = 0; call < CALLS; call++) {
        const bytes = encode(declaration, value as never, { order, lossless })
        assert.is(bytes.toString('hex'), first.toString('hex'), `call ${call}`)
        const decoded = decode(declaration, bytes, { order, lossless })
        assert.equal(entriesOf(decoded), entriesOf(value), `call ${call}`)
        assert.is(encode(declaration, decoded as never, { order, lossless }).toString('hex'), first.toString('hex'))
      }
    })
  }
}

/** Converts a value to entries, at any depth: assertions treat `__proto__` specially. */
function entriesOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(entriesOf)
  if (typeof value !== 'object' || value === null) return value
  assert.is(Object.getPrototypeOf(value), Object.prototype)
  return Object.entries(value).map(([key, member]) => [key, entriesOf(member)])
}

test('JSON and text output contain the members', () => {
  const declaration = nests()
  const value = decode(declaration, encode(declaration, each((index) => [each(() => index)]) as never, { order }), {
    order,
  })
  const json = JSON.parse(JSON.stringify(toJson(value))) as Record<string, Record<string, number>[]>
  for (const [index, name] of NAMES.entries()) {
    assert.ok(Object.hasOwn(json, name), name)
    assert.equal(entriesOf(json[name]), [NAMES.map((inner) => [inner, index])])
  }
  const printed = { type: 'RTM_NEWLINK', value, protocol: 'NETLINK_ROUTE', family: undefined, toKernel: false }
  const line = showLine(
    { ...printed, unknown: 0, roundtrip: true, describe: () => describe(declaration, value) } as never,
    0n,
    new Redactor(),
  )
  for (const name of NAMES) assert.ok(line.includes(`${name} 3`), `${name} in\n${line}`)
})

test('constants may have these names', () => {
  const family = constants('X', objectOf(NAMES.map((name, index) => [name, 1 << index])))
  for (const [index, name] of NAMES.entries()) {
    assert.is(nameOf(family, 1 << index), `X_${name}`)
    assert.equal(flagNames(family, 1 << index), [name])
  }
  assert.is(nameOf(family, 4711), 'X_4711')
})

const inner = attributes('IN', { kind: [1, string], data: [2, select('kind', { a: u8, b: u16 })], n: [3, multi(u8)] })
const head = struct('head', { family: u8, flags: u8, index: u16 })
const outerMessage = () =>
  message(
    'outerMessage',
    head,
    attributes('ATTR', {
      mtu: [1, u32],
      inner: [2, inner],
      names: [3, multi(string)],
      by: [4, selectOuter('family', { 1: u8 }, u16)],
      pair: [5, head],
    }),
  )

/** Adds properties to Object.prototype while `work` runs. */
function polluted(added: Readonly<Record<string, unknown>>, enumerable: boolean, work: () => void): void {
  for (const [key, value] of Object.entries(added))
    Object.defineProperty(Object.prototype, key, { value, enumerable, configurable: true, writable: true })
  try {
    work()
  } finally {
    for (const key of Object.keys(added)) Reflect.deleteProperty(Object.prototype, key)
  }
}

const added = {
  ...{ mtu: 1500, family: 1, flags: 7, index: 3, kind: 'a', data: 5, n: [1], names: ['x'], by: 1, pair: {} },
  ...{ attrs: { mtu: 9 }, payload: Buffer.from('x'), '?77': [{ payload: Buffer.alloc(1) }], 77: 1 },
}

for (const warm of [false, true]) {
  for (const enumerable of [false, true]) {
    for (const lossless of [false, true]) {
      const how = [warm ? 'warm' : 'cold', enumerable ? 'enumerable' : 'hidden', ...(lossless ? ['lossless'] : [])]
      test(`properties of Object.prototype are neither encoded nor decoded, ${how.join(', ')}`, () => {
        const declaration = outerMessage()
        const options = { order, lossless } as const
        const values = [
          {},
          { attrs: {} },
          { index: 4, attrs: { inner: {}, pair: { index: 1 } } },
          { family: 2, attrs: { inner: { kind: 'b' }, by: 3, '?77': [{ payload: Buffer.of(1) }] } },
          { index: 1, flags: undefined, attrs: { mtu: undefined, names: [], inner: { kind: 'b', data: 5, n: [] } } },
        ]
        const bytes = values.map((value) => encode(declaration, value as never, options).toString('hex'))
        const texts = [
          '',
          '01000000',
          '02000000 0600 0400 0500 0000 0c00 0200 0500 0300 07000000',
          '00000000 0500 4d00 01000000',
        ]
        const wire = texts
          .map((text) => Buffer.from(text.replaceAll(' ', ''), 'hex'))
          .filter(({ length }) => length > 0)
        const decoded = wire.map((each) => JSON.stringify(toJson(decode(declaration, each, options))))
        for (let call = 0; warm && call < CALLS; call++) {
          for (const value of values) encode(declaration, value as never, options)
          for (const each of wire) decode(declaration, each, options)
        }
        const problems: string[] = []
        polluted(added, enumerable, () => {
          for (const [index, value] of values.entries()) {
            const now = encode(declaration, value as never, options).toString('hex')
            if (now !== bytes[index]) problems.push(`value ${index}: ${now} for ${bytes[index]}`)
          }
          for (const [index, each] of wire.entries()) {
            const value = decode(declaration, each, options)
            const now = JSON.stringify(toJson(value))
            if (now !== decoded[index]) problems.push(`bytes ${index}: ${now} for ${decoded[index]}`)
          }
        })
        assert.equal(problems, [])
      })
    }
  }
}

test('inherited properties do not change errors', () => {
  const declaration = outerMessage()
  const errorOf = (value: unknown): string => {
    try {
      encode(declaration, value as never, { order })
    } catch (error) {
      assert.instance(error, EncodeError)
      return String(error)
    }
    return 'none'
  }
  const wrong = [{ mtu: 1 }, { flags: 300 }, { attrs: { other: 1 } }, { attrs: { inner: { data: 1 } } }]
  const before = wrong.map(errorOf)
  assert.is(before.includes('none'), false)
  let after: string[] = []
  polluted(added, false, () => {
    after = wrong.map(errorOf)
  })
  assert.equal(after, before)
})

const bytes = Buffer.from('x')
const encoders: readonly [name: string, declaration: Declaration<unknown>, value: unknown, inherited: object][] = [
  ['a segment routing header', route.segmentRoutingHeader, { segments: ['::1'] }, { tlvs: [{ type: 1, data: bytes }] }],
  ['an MPLS label', route.mplsLabelStack, [{ label: 16 }], { tc: 1, bos: 1, ttl: 9 }],
  [
    'inet_diag bytecode',
    diag.inetDiagBytecode,
    [{ code: 7, no: 4, family: 2, prefixLen: 0, port: 5 }],
    { addr: '::1' },
  ],
  ['a uevent', uevent, { action: 'add', devpath: '/x', properties: [] }, { udev: { filterSubsystemHash: 1 } }],
  [
    'a user option',
    route.userOptionMessage,
    { family: 10 },
    { options: [{ type: 25, data: Buffer.alloc(6) }], attrs: {} },
  ],
] as const

for (const [name, declaration, value, inherited] of encoders)
  test(`${name} is encoded without inherited members`, () => {
    const before = encode(declaration, value as never, { order }).toString('hex')
    let after = ''
    polluted(inherited as Record<string, unknown>, false, () => {
      after = encode(declaration, value as never, { order }).toString('hex')
    })
    assert.is(after, before)
  })

test('options that a connection inherits are ignored', () => {
  let reply: unknown
  polluted(
    { netns: '/nonexistent', timeout: 'x', echo: true, ack: false, acks: 'failures', shared: true },
    false,
    () => {
      using netlink = Connection.open({ socketFactory: mockKernel() })
      reply = netlink.dumpSync('RTM_GETLINK', {}).length
      const batch = netlink.batch({})
      const item = batch.add('RTM_NEWLINK', { index: 1, attrs: { mtu: 1400 } })
      batch.sendSync()
      assert.equal([item.state, item.replies], ['done', []])
      netlink.monitor(['LINK'], {}).close()
    },
  )
  assert.is(reply, 1)
})

test.run()
