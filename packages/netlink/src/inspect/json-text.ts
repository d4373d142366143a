import { Buffer } from '../codec/buffer.js'
import { printable, toJson } from '../codec/index.js'

/** Printable ASCII that JSON text does not escape. */
const unescaped = /^[ !#-[\]-~]*$/

/** Returns a text as JSON, without control characters and others that a terminal does not print as they are. */
export const jsonString = (text: string): string =>
  unescaped.test(text) ? `"${text}"` : printable(JSON.stringify(text))

/**
 * Returns a decoded value as JSON. It is the same as `printable(JSON.stringify(toJson(value)))`, without the copies. Returns undefined
 * for a value that JSON leaves out.
 */
export function jsonText(value: unknown): string | undefined {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? String(value) : 'null'
    case 'string':
      return jsonString(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'bigint': {
      const converted = toJson(value)
      return typeof converted === 'number' ? String(converted) : `"${value}"`
    }
    case 'object':
      return value === null ? 'null' : objectText(value)
    default:
      return undefined
  }
}

function objectText(value: object): string {
  if (value instanceof Uint8Array)
    return `"${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}"`
  if (Array.isArray(value)) return `[${value.map((each) => jsonText(each) ?? 'null').join(',')}]`
  // The message of an error is not enumerable.
  if (value instanceof Error) return printable(JSON.stringify(toJson(value)))
  let members = ''
  for (const key of Object.keys(value)) {
    const text = jsonText((value as Readonly<Record<string, unknown>>)[key])
    if (text !== undefined) members += `${members === '' ? '' : ','}${jsonString(key)}:${text}`
  }
  return `{${members}}`
}
