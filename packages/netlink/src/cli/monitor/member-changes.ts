import type { Change } from '../../api/run/ensure.js'
import { type Declaration, describe } from '../../codec/index.js'
import { inline, inNotations, Words } from '../../inspect/inline.js'
import { SECRET } from '../../inspect/redact.js'

/** A value in a change: `–` if it is missing. */
export const valueText = (value: unknown): string => (value === undefined ? '–' : inline(value))

/** Hides a key or password. The text differs if the secret does, so that a change of it is seen. */
class Hidden extends Words {
  constructor(readonly secret: string) {
    super(SECRET)
  }
}

const hidden = (value: unknown) => new Hidden(inline(value))

/** True if two values differ, even if both are hidden. */
const differ = (before: unknown, after: unknown) =>
  before instanceof Hidden && after instanceof Hidden
    ? before.secret !== after.secret
    : valueText(before) !== valueText(after)

/** Yields the members of a message by their paths. */
function* members(value: unknown, ignored: ReadonlySet<string>, path = ''): Generator<readonly [string, unknown]> {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || value instanceof Words)
    yield [path, value]
  else
    for (const [key, member] of Object.entries(value))
      if (!ignored.has(key))
        yield* members(member, ignored, key === 'attrs' ? path : path === '' ? key : `${path}.${key}`)
}

/** Returns the members of two messages that differ, with the names of constants. `ignored`: keys to leave out, at any depth. */
export function memberChanges(
  declaration: Declaration<unknown>,
  before: unknown,
  after: unknown,
  ignored: ReadonlySet<string>,
): Change[] {
  const [was, is] = [before, after].map(
    (each) => new Map(members(describe(declaration, each, { ...inNotations, secret: hidden }), ignored)),
  )
  const keys = [...new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])]
  return keys
    .map((key) => ({ key, before: was?.get(key), after: is?.get(key) }))
    .filter((change) => differ(change.before, change.after))
}

/** Returns the words of two constants without what both begin with: `disabled` and `forwarding`. Undefined for other values. */
function shortWords(...values: readonly [unknown, unknown]): readonly [string, string] | undefined {
  const [before, after] = values.map((value) => (value instanceof Words ? value.text : ''))
  if (before === undefined || after === undefined || ![before, after].every((text) => /^[A-Z][A-Z0-9_]*$/.test(text)))
    return undefined
  let length = 0
  while (length < before.length && before[length] === after[length]) length++
  const start = before.lastIndexOf('_', length) + 1
  return [before.slice(start).toLowerCase(), after.slice(start).toLowerCase()]
}

/** Returns a change of a member of a message: `state disabled → forwarding`. */
export function memberText({ key, before, after }: Change): string {
  const [was, is] = shortWords(before, after) ?? [valueText(before), valueText(after)]
  return `${key} ${was} → ${is}`
}
