import { printable } from '../codec/index.js'
import { NetlinkError } from '../message/index.js'
import type { Operation } from './operation.js'

/** One thing that became different. */
export interface Change {
  /** Its name, as it was given: `mtu`, `data.vlanFiltering`. */
  readonly key: string
  readonly before: unknown
  readonly after: unknown
}

/** What ensure() did. */
export interface Ensured {
  readonly changed: boolean
  /** It was not there. */
  readonly created: boolean
  /** What became different; of what was made, nothing is listed. */
  readonly changes: readonly Change[]
}

/** What is wished of one key, and what is. */
export interface Wish {
  readonly key: string
  readonly wanted: unknown
  readonly actual: unknown
  /** Whether it is as wished; by their values, if left out. */
  readonly fulfilled?: boolean
}

/** Something is there and the kernel took every change, and still it is not as wished: that cannot be changed. */
export class EnsureError extends Error {
  override readonly name = 'EnsureError'
  readonly code = 'ERR_NETLINK_NOT_ENSURED'

  constructor(
    /** `link`, `address` or `route` */
    readonly object: string,
    /** What is not as wished. */
    readonly wishes: readonly Wish[],
  ) {
    const words = wishes.map(({ key, wanted, actual }) => `${key} to be ${text(wanted)}, got ${text(actual)}`)
    super(printable(`${object}: expected ${words.join('; ')}, though the kernel took the change`))
  }
}

const text = (value: unknown) =>
  typeof value === 'number'
    ? String(value) // JSON has no Infinity
    : (JSON.stringify(value, (_key, member) => (typeof member === 'bigint' ? `${member}n` : member)) ?? String(value))

/** How an object is looked for, compared, made and changed. */
export interface Ensuring<T> {
  readonly object: string
  find(): Operation<T | undefined>
  create(): Operation<unknown>
  /** What is wished, beside what it is found by. */
  wishes(current: T): readonly Wish[]
  /** Changes what is not as wished. */
  update(current: T, unfulfilled: readonly Wish[]): Operation<unknown>
}

const nothing: Ensured = { changed: false, created: false, changes: [] }

/** Makes something be there, and be as wished; does nothing where it is. */
export function* ensure<T>(plan: Ensuring<T>): Operation<Ensured> {
  const current = yield* findOrCreate(plan)
  if (current === undefined) return { changed: true, created: true, changes: [] }
  const before = plan.wishes(current)
  const unfulfilled = before.filter((wish) => !isFulfilled(wish))
  if (unfulfilled.length === 0) return nothing
  yield* plan.update(current, unfulfilled)
  const found = yield* plan.find()
  const after = found === undefined ? [] : plan.wishes(found)
  const missed = found === undefined ? unfulfilled : after.filter((wish) => !isFulfilled(wish))
  if (missed.length > 0) throw new EnsureError(plan.object, missed)
  const changes = after.flatMap(({ key, actual }, index) => {
    const was = before[index]?.actual
    return isSame(was, actual) ? [] : [{ key, before: was, after: actual }]
  })
  return { changed: changes.length > 0, created: false, changes }
}

/** What is there, or undefined where it was made. */
function* findOrCreate<T>({ find, create }: Ensuring<T>): Operation<T | undefined> {
  const current = yield* find()
  if (current !== undefined) return current
  try {
    yield* create()
    return undefined
  } catch (error) {
    // Somebody else may have been faster.
    const found = error instanceof NetlinkError && error.code === 'EEXIST' ? yield* find() : undefined
    if (found === undefined) throw error
    return found
  }
}

/** True if a value is as desired. */
export const isFulfilled = ({ wanted, actual, fulfilled }: Wish) => fulfilled ?? covers(wanted, actual)

/** What a value with a mask beside it is about: its other bits are not. */
function maskOf(value: object): readonly [bits: string, mask: number] | undefined {
  const entries = Object.entries(value)
  const mask = entries.find(([key]) => /(^|[a-z])mask$|^selector$/i.test(key))
  const bits = entries.find(([key]) => key !== mask?.[0])
  if (entries.length !== 2 || !bits || typeof mask?.[1] !== 'number' || typeof bits[1] !== 'number') return undefined
  return [bits[0], mask[1]]
}

/** Whether all that is wanted is there; what is left out is not asked for. */
export function covers(wanted: unknown, actual: unknown): boolean {
  if (wanted === undefined || Object.is(wanted, actual)) return true
  if (typeof wanted !== 'object' || wanted === null || typeof actual !== 'object' || actual === null) return false
  if (wanted instanceof Uint8Array) return actual instanceof Uint8Array && Buffer.compare(wanted, actual) === 0
  const there = actual as Record<string, unknown>
  if (Array.isArray(wanted) && (!Array.isArray(actual) || wanted.length !== actual.length)) return false
  const masked = maskOf(wanted)
  if (masked) {
    const [bits, mask] = masked
    const [want, have] = [(wanted as Record<string, number>)[bits], there[bits]]
    return typeof have === 'number' && (((want ?? 0) ^ have) & mask) === 0
  }
  return Object.entries(wanted).every(([key, value]) => covers(value, there[key]))
}

const isSame = (one: unknown, other: unknown) => covers(one, other) && covers(other, one)
