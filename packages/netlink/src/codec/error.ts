import { listedNames, type NumberNames } from './number-names.js'
import { printable } from './printable.js'

const sentence = (path: readonly string[], reason: string) =>
  printable(path.length > 0 ? `${path.join(' > ')}: ${reason}` : reason)

/** Thrown if bytes do not match the declaration. `path` contains the kernel's names, outermost first. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
  readonly code = 'ERR_NETLINK_DECODE'

  constructor(
    readonly reason: string,
    readonly path: readonly string[] = [],
  ) {
    super(sentence(path, reason))
  }

  /** Returns the error with `name` added in front of its path. Returns other errors unchanged. */
  static within(name: string, error: unknown): unknown {
    return error instanceof DecodeError ? new DecodeError(error.reason, [name, ...error.path]) : error
  }
}

/** A declaration whose numbers can have names. */
interface Named {
  readonly constants?: NumberNames
}

/** Thrown if a value does not match its declaration. Nothing is sent in this case. */
export class EncodeError extends TypeError {
  override readonly name = 'EncodeError'
  readonly code = 'ERR_NETLINK_ENCODE'

  constructor(
    readonly reason: string,
    readonly path: readonly string[] = [],
  ) {
    super(sentence(path, reason))
  }

  /**
   * Returns the error with `name` added in front of its path. Returns other errors unchanged. If `declaration` itself refused
   * the value and has only a few constants, the message lists them.
   */
  static within(name: string, error: unknown, declaration?: Named): unknown {
    if (!(error instanceof EncodeError)) return error
    const names = error.path.length === 0 && declaration?.constants ? listedNames(declaration.constants) : undefined
    return new EncodeError(names ? `${error.reason}; constants: ${names}` : error.reason, [name, ...error.path])
  }
}

/** Thrown for any other mistake in a call, before anything is done. */
export class ArgumentError extends TypeError {
  readonly code = 'ERR_NETLINK_ARGUMENT'
}

/** `5 bytes`, `1 byte`. */
export const byteCount = (count: number) => `${count} byte${count === 1 ? '' : 's'}`

/** Returns the error of a part with a length of its own: the part is cut off, or claims less than it must have, or more than there is. */
export function lengthError(what: string, least: number, left: number, offset: number, claimed: number): DecodeError {
  return new DecodeError(
    left < least
      ? `expected ${what} of at least ${byteCount(least)} at offset ${offset}, got ${byteCount(left)}`
      : `expected ${what} of ${least} to ${byteCount(left)} at offset ${offset}, got one that claims ${claimed}`,
  )
}

/**
 * True for a plain object `{ … }`. Arrays, maps and instances of classes are refused, because encoding would lose their
 * contents.
 */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/**
 * True for an object whose members are its own properties: a plain one, or an instance of a program's class. Arrays, dates, maps
 * and promises are not, because their contents are elsewhere: as options they would count as no options at all.
 */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  isPlainObject(value) || (typeof value === 'object' && value !== null && tagOf(value) === 'Object')

/** Returns the built-in class of an object: `Date`. */
function tagOf(value: object): string {
  try {
    return Object.prototype.toString.call(value).slice('[object '.length, -1)
  } catch {
    return 'Object'
  }
}

/** Returns an unexpected value as short text, for error messages. Never throws. */
export function show(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return printable(JSON.stringify(shortened(value)))
    case 'bigint':
      return `${shortened(String(value))}n`
    case 'function':
      return 'a function'
    case 'object': {
      if (value === null) return 'null'
      const tag = printable(shortened(Array.isArray(value) ? 'array' : isRecord(value) ? 'object' : tagOf(value)))
      return `${/^[aeiou]/i.test(tag) && !tag.startsWith('Ui') ? 'an' : 'a'} ${tag}`
    }
    default:
      return printable(shortened(String(value)))
  }
}

/** Longest text of a caller in an error message. */
const MOST_SHOWN = 40

/** Returns the beginning of a long text. */
export const shortened = (text: string) => (text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text)

/** Returns the code of an error of Node or of this library, e.g. `ENOENT`; undefined if it has none. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
