import { Buffer } from '../../codec/buffer.js'
import { printable } from '../../codec/index.js'

/** A placeholder for a key or password: the environment variable that contains it as text, bytes in hexadecimal. */
export class Secret {
  /** Source code that reads the key from the environment. */
  readonly text: string

  constructor(
    readonly variable: string,
    key: unknown,
  ) {
    const read = `process.env.${variable}`
    if (key instanceof Uint8Array) this.text = `Buffer.from(${read} ?? '', 'hex')`
    else this.text = typeof key === 'number' ? `Number(${read})` : `${read} ?? ''`
  }
}

const identifier = /^[A-Za-z_$][\w$]*$/

/** Returns text as a string literal. Characters that control a terminal are escaped, so the source is printable. */
export function quoted(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")
  return `'${printable(escaped)}'`
}

/** A plain `__proto__` would set the prototype. */
const keyOf = (key: string) => (key === '__proto__' ? `['__proto__']` : identifier.test(key) ? key : quoted(key))

/**
 * Returns a value as TypeScript source on one line. Members that are undefined are left out. Bytes become
 * `Buffer.from('…', 'hex')`, 64-bit numbers get the suffix `n`.
 */
export function literal(value: unknown): string {
  if (value instanceof Secret) return value.text
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'bigint') return `${value}n`
  if (value instanceof Uint8Array) return `Buffer.from('${Buffer.from(value).toString('hex')}', 'hex')`
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => `${keyOf(key)}: ${literal(member)}`)
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}
