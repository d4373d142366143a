import { Choices } from './generate.js'

type Fields = Record<PropertyKey, unknown>

/** A member of a value: the object that holds it, and its key. */
interface Spot {
  readonly holder: Fields
  readonly key: string
}

function spotsOf(value: unknown, into: Spot[] = []): Spot[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return into
  for (const [key, member] of Object.entries(value)) {
    into.push({ holder: value as Fields, key })
    spotsOf(member, into)
  }
  return into
}

/** Values of all kinds, few of which are valid anywhere. */
const WRONG: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => Number.NaN,
  () => Number.POSITIVE_INFINITY,
  () => -0,
  () => -1,
  () => 1.5,
  () => 1,
  () => 255,
  () => 256,
  () => 65_536,
  () => 2 ** 31,
  () => 2 ** 32,
  () => -(2 ** 31) - 1,
  () => 2 ** 53,
  () => 5n,
  () => -5n,
  () => 2n ** 64n,
  () => '',
  () => '1',
  () => 'text',
  () => 'nul\0',
  () => '::1',
  () => '10.0.0.1',
  () => '0x1',
  () => true,
  () => false,
  () => Symbol('symbol'),
  () => ({}),
  () => [],
  () => [1],
  () => [[]],
  () => ({ valueOf: () => 1 }),
  () => ({ payload: 'x' }),
  () => [{ payload: Buffer.of(1), flags: 5 }],
  () => () => 1,
  () => new Date(0),
  () => new Map(),
  () => Object.create({ index: 1 }),
  () => Object.create(null),
  () => Object(1),
  () => Object('text'),
  () => Buffer.from('x'),
  () => new Uint8Array(3),
  () => new Uint16Array(2),
]

/** Keys that few values have. */
const KEYS = ['nope', 'toString', '__proto__', 'constructor', '?5', '?05', '?16384', '?', '0']

const put = ({ holder, key }: Spot, value: unknown) =>
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true })

/** Corrupts one member of a value: replaces it, adds an unknown key to it, or deletes it. `numbers` decide which. */
export function corrupted(value: unknown, numbers: ArrayLike<number>): unknown {
  const choices = new Choices(numbers)
  const root = { value }
  const spots = spotsOf(root)
  const spot = choices.of(spots)
  const action = choices.below(8)
  const wrong = choices.of(WRONG)()
  const member = spot.holder[spot.key]
  if (action === 7 && !Array.isArray(spot.holder)) delete spot.holder[spot.key]
  else if (action === 6 && typeof member === 'object' && member !== null && !ArrayBuffer.isView(member))
    put({ holder: member as Fields, key: choices.of(KEYS) }, wrong)
  else put(spot, wrong)
  return root.value
}
