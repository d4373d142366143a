import { printable } from './printable.js'

const sentence = (path: readonly string[], reason: string) =>
  printable(path.length > 0 ? `${path.join(' > ')}: ${reason}` : reason)

/** Bytes that do not fit the declaration. `path` holds the kernel's names on the way down, outermost first. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
  readonly code = 'ERR_NETLINK_DECODE'

  constructor(
    readonly reason: string,
    readonly path: readonly string[] = [],
  ) {
    super(sentence(path, reason))
  }

  /** The same error seen from one level further out. What is no DecodeError passes through as it is. */
  static within(name: string, error: unknown): unknown {
    return error instanceof DecodeError ? new DecodeError(error.reason, [name, ...error.path]) : error
  }
}

/** A value that its declaration cannot express: the caller's mistake, found before anything is sent. */
export class EncodeError extends TypeError {
  override readonly name = 'EncodeError'
  readonly code = 'ERR_NETLINK_ENCODE'

  constructor(
    readonly reason: string,
    readonly path: readonly string[] = [],
  ) {
    super(sentence(path, reason))
  }

  /** The same error seen from one level further out. What is no EncodeError passes through as it is. */
  static within(name: string, error: unknown): unknown {
    return error instanceof EncodeError ? new EncodeError(error.reason, [name, ...error.path]) : error
  }
}

/** `5 bytes`, `1 byte`. */
export const byteCount = (count: number) => `${count} byte${count === 1 ? '' : 's'}`

/** True for `{ … }`: what arrays, maps and class instances hold would be lost without a word. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** How an unexpected value reads in an error: short, and never throwing itself. */
export function show(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return printable(JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value))
    case 'bigint':
      return `${value}n`
    case 'function':
      return 'a function'
    case 'object':
      return value === null ? 'null' : Array.isArray(value) ? 'an array' : 'an object'
    default:
      return printable(String(value))
  }
}
