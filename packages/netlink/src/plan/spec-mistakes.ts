import type { Operation } from '../api/run/operation.js'
import { ArgumentError, isRecord } from '../codec/error.js'
import { EncodeError } from '../codec/index.js'
import type { Spec } from './kinds.js'

/** A place inside a spec: `['multipath', '0', 'dev']`. */
type Place = readonly string[]

/** True for an error in a spec, which no state of the kernel causes. */
export const isMistake = (error: unknown): error is ArgumentError | EncodeError =>
  error instanceof ArgumentError || error instanceof EncodeError

/** Checks of one spec, after which no more mistakes are looked for: their number grows with the square of that of the keys. */
const MOST_CHECKS = 1000

/**
 * Returns the messages of all mistakes in a spec, of which `check` throws the first. Each key is left out for a moment: without the one
 * that is wrong, `check` goes on to the next mistake.
 */
export function* mistakesIn(spec: Spec, first: Error, check: (spec: Spec) => Operation<unknown>): Operation<string[]> {
  const found = [first.message]
  const removed: Place[] = []
  let rest = spec
  let left = MOST_CHECKS
  search: for (;;) {
    for (const place of placesIn(rest)) {
      if (left-- === 0) break search
      const candidate = without(rest, place) as Spec
      const error = yield* mistakeOf(check(candidate))
      if (error === undefined) break search
      if (error.message === found.at(-1)) continue
      // Something is required, or depends on what was left out: that is no mistake of its own.
      if ([...removed, place].some((each) => isMissing(each, error.message))) continue
      removed.push(place)
      found.push(error.message)
      rest = candidate
      continue search
    }
    break
  }
  return found
}

/**
 * True for a message about an option that was left out. It has its path or that of a member, as missing members of structures are 0, or
 * its name. Several elements of a list may have the same mistake.
 */
const isMissing = (place: Place, message: string) =>
  message.split(/[^\w.[\]]+/).some((path) => isAtOrBelow(pathOf(place), path)) ||
  ((place.length === 1 || / got (none|undefined)$/.test(message)) &&
    message.split(/[^\w]+/).includes(place.at(-1) ?? ''))

const isAtOrBelow = (upper: string, path: string) =>
  path.startsWith(upper) && ['', '.', '['].includes(path.charAt(upper.length))

/** Returns a place as messages have it: `multipath[0].dev`. */
const pathOf = (place: Place) =>
  place.map((key, at) => (/^\d+$/.test(key) ? `[${key}]` : at ? `.${key}` : key)).join('')

function* mistakeOf(operation: Operation<unknown>): Operation<Error | undefined> {
  try {
    yield* operation
  } catch (error) {
    if (isMistake(error)) return error
  }
  return undefined
}

/** Returns the places of all members, those inside others first. */
function placesIn(value: unknown, prefix: Place = []): Place[] {
  if (!isRecord(value) && !Array.isArray(value)) return []
  return Object.entries(value).flatMap(([key, member]) => {
    const place = [...prefix, key]
    // Without an element, the places of those after it would be others.
    return [...placesIn(member, place), ...(Array.isArray(value) ? [] : [place])]
  })
}

/** Returns a copy of a value without the member at a place. */
function without(value: unknown, [key = '', ...rest]: Place): unknown {
  const entries = Object.entries(value as object)
  const kept =
    rest.length === 0
      ? entries.filter(([each]) => each !== key)
      : entries.map(([each, member]) => [each, each === key ? without(member, rest) : member])
  return Array.isArray(value) ? kept.map(([, member]) => member) : Object.fromEntries(kept)
}
