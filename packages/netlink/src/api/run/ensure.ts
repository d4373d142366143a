import { printable } from '../../codec/index.js'
import { toJson, withJson } from '../../codec/json.js'
import { NetlinkError } from '../../message/index.js'
import { type Comparison, isMatch, isSame } from '../values/compare.js'
import type { Operation } from './operation.js'

/** A property that `ensure` changed. */
export interface Change {
  /** The option: `mtu`, `data.vlanFiltering`. */
  readonly key: string
  readonly before: unknown
  readonly after: unknown
}

/** The effect of `ensure`. */
export interface Ensured {
  readonly changed: boolean
  /** True if the object did not exist. */
  readonly created: boolean
  /** The properties that changed; empty for an object that was created. */
  readonly changes: readonly Change[]
}

/** A property that differs from the spec. */
export type Difference = Pick<Comparison, 'key' | 'wanted' | 'actual'>

/** The kernel accepted every change, but the object still differs from the spec: the kernel cannot change this property. */
export class EnsureError extends Error {
  override readonly name = 'EnsureError'
  readonly code = 'ERR_NETLINK_NOT_ENSURED'

  constructor(
    /** `link`, `address`, `next hop`, … */
    readonly object: string,
    /** The object in the words of `ip`. */
    description: string,
    readonly differences: readonly Difference[],
  ) {
    const words = differences.map(({ key, wanted, actual }) => `${key} to be ${text(wanted)}, got ${text(actual)}`)
    super(printable(`${object} ${description}: expected ${words.join('; ')}, although the kernel accepted the change`))
  }

  /** Returns the members for JSON: 64-bit numbers as numbers if that is exact, or else as decimal text, bytes as hexadecimal text. */
  toJSON(): unknown {
    return toJson(this)
  }
}

const text = (value: unknown) =>
  typeof value === 'number'
    ? String(value) // JSON has no Infinity
    : (JSON.stringify(value, (_key, member) => (typeof member === 'bigint' ? `${member}n` : member)) ?? String(value))

/** The object that a spec refers to: its message is enough to compare it. */
export interface FoundMessage<M> {
  readonly message: M
}

/** A spec and the object that it refers to: what `ensure` and plans of a whole state do for one kind of object. */
export interface Target<T> {
  /** `link`, `address`, `next hop`, … */
  readonly object: string
  /** Message that identifies the object: of most kinds that of the request that creates it. */
  readonly message: object
  /** Returns the object in the words of `ip`. */
  describe(): string
  find(): Operation<T | undefined>
  create(): Operation<unknown>
  /** True if the object has everything that is wanted. False says nothing: `compare`, which takes longer, does. */
  isClearlySame?(current: T): boolean
  /** Compares the options with the object, except those that it is looked up by. */
  compare(current: T): readonly Comparison[]
  /** Applies the differences. */
  update(current: T, differences: readonly Difference[]): Operation<unknown>
}

const unchanged: Ensured = { changed: false, created: false, changes: [] }

/** Creates an object, or applies the differences between it and the spec. @throws {EnsureError} if a difference remains */
export function* ensure<T>(target: Target<T>): Operation<Ensured> {
  const current = yield* findOrCreate(target)
  if (current === undefined) return { changed: true, created: true, changes: [] }
  if (target.isClearlySame?.(current)) return unchanged
  const before = target.compare(current)
  const differences = before.filter((each) => !isMatch(each))
  if (differences.length === 0) return unchanged
  yield* target.update(current, differences)
  const found = yield* target.find()
  const after = found === undefined ? [] : target.compare(found)
  const remaining = found === undefined ? differences : after.filter((each) => !isMatch(each))
  if (remaining.length > 0) throw new EnsureError(target.object, target.describe(), remaining)
  const changes = after.flatMap(({ key, actual }, index) => {
    const previous = before[index]?.actual
    return isSame(previous, actual) ? [] : [withJson({ key, before: previous, after: actual })]
  })
  return { changed: changes.length > 0, created: false, changes }
}

/** Returns the object; undefined if it was created. */
function* findOrCreate<T>({ find, create }: Target<T>): Operation<T | undefined> {
  const current = yield* find()
  if (current !== undefined) return current
  try {
    yield* create()
    return undefined
  } catch (error) {
    // Another process may have created it first.
    const found = error instanceof NetlinkError && error.code === 'EEXIST' ? yield* find() : undefined
    if (found === undefined) throw error
    return found
  }
}
