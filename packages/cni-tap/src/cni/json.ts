/**
 * Reads JSON into typed values as Go's encoding/json does, because configurations are written for it: keys match in any case, null
 * counts as absent, and a value of another type is an error.
 */

import { printable } from '@netloom/netlink/codec'

/** JSON is malformed, or a value does not have its declared type. */
export class JsonError extends Error {
  override readonly name = 'JsonError'
}

/** A key that is not declared. */
export interface UnknownKey {
  /** Path of the object that has the key. */
  readonly path: string
  readonly key: string
  /** The keys that the object may have. */
  readonly known: readonly string[]
}

/** Type of a value. `decode` gets a parsed value that is not null, and its path for errors. */
export interface Type<T> {
  readonly name: string
  decode(value: unknown, path: string): T
  /** Value of null. Without it, null counts as absent. */
  readonly ofNull?: T
  /** Finds the unknown keys of objects in a value of any type. Left out by types that have no declared keys. */
  unknownKeys?(value: unknown, path: string): readonly UnknownKey[]
}

/** The value that a {@link Type} reads. */
export type TypeOf<D> = D extends Type<infer T> ? T : never

type Fields = Readonly<Record<string, Type<unknown>>>

/** The value that {@link record} reads. It lacks keys that are absent, null (unless `ofNull` is set) or an empty string. */
export type RecordOf<F extends Fields, R extends keyof F = never> = { [K in Exclude<keyof F, R>]?: TypeOf<F[K]> } & {
  [K in R]: TypeOf<F[K]>
}

/** Limit of nesting, as in Go's encoding/json. */
const maxDepth = 10_000

/** True if brackets outside of strings are nested deeper than `maxDepth`. */
function isTooDeep(text: string): boolean {
  // Most texts have few brackets, and a loop over each character is slow.
  const openings = ['[', '{'].reduce((sum, bracket) => sum + text.split(bracket, maxDepth + 2).length - 1, 0)
  if (openings <= maxDepth) return false
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string
    if (character === '"') at = endOfString(text, at)
    else if (character === '[' || character === '{') depth++
    else if (character === ']' || character === '}') depth--
    if (depth > maxDepth) return true
  }
  return false
}

/** Returns the offset of the quote that closes the string at `start`, or the length of the text if none does. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '"') return at
    if (text[at] === '\\') at++
  }
  return text.length
}

/**
 * Parses one JSON text. Bytes that are not UTF-8 are replaced, as in Go.
 * @throws {JsonError}
 */
export function parseJson(bytes: Buffer): unknown {
  const text = bytes.toString('utf8')
  if (text.trim() === '') throw new JsonError('unexpected end of JSON input')
  if (isTooDeep(text)) throw new JsonError(`nested too deep: expected at most ${maxDepth} levels`)
  try {
    return JSON.parse(text)
  } catch (error) {
    // Other errors: QuickJS may be out of memory.
    if (!(error instanceof SyntaxError)) throw error
    const [first = '', ...rest] = error.message
    throw new JsonError(first.toLowerCase() + rest.join(''))
  }
}

/** Returns JSON as CNI plugins print it. */
export function printJson(object: object): string {
  const text = JSON.stringify(object, null, 4)
  // JSON escapes every ASCII control character except DEL. Checking each line is slow with thousands of routes.
  const isPrintable = Buffer.byteLength(text) === text.length && !text.includes('\x7f')
  return isPrintable ? text : printableLines(text)
}

/** Returns `text` with all characters escaped that control a terminal, except line feeds. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n')

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

function mismatch(value: unknown, path: string, type: string): JsonError {
  const literal = typeof value === 'number' ? ` ${value}` : ''
  const where = path === '' ? 'a value' : `field ${path}`
  return new JsonError(`json: cannot unmarshal ${kindOf(value)}${literal} into ${where} of type ${type}`)
}

function primitive<T>(name: string, is: (value: unknown) => value is T): Type<T> {
  return {
    name,
    decode(value, path) {
      if (!is(value)) throw mismatch(value, path, name)
      return value
    },
  }
}

export const string = primitive('string', (value) => typeof value === 'string')
export const bool = primitive('bool', (value) => typeof value === 'boolean')

/** A JSON object of any content. */
export const anyObject = primitive('object', isObject)

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A whole number from `min` to `max`. The name of the type is Go's. */
export function integer(name: string, min: number, max: number): Type<number> {
  return primitive(
    name,
    (value): value is number => Number.isInteger(value) && Number(value) >= min && Number(value) <= max,
  )
}

export const int = integer('int', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
export const uint8 = integer('uint8', 0, 0xff)
export const uint32 = integer('uint32', 0, 0xffff_ffff)

/** A text that `parse` accepts. It returns undefined for an invalid one. */
export function parsed<T>(name: string, parse: (text: string) => T | undefined): Type<T> {
  return {
    name,
    decode(value, path) {
      const result = parse(string.decode(value, path))
      if (result === undefined) throw new JsonError(`invalid ${name} ${JSON.stringify(value)} in field ${path}`)
      return result
    },
  }
}

export function list<T>(of: Type<T>): Type<T[]> {
  const name = `[]${of.name}`
  return {
    name,
    decode(value, path) {
      if (!Array.isArray(value)) throw mismatch(value, path, name)
      return value.map((element, index) => of.decode(element, `${path}[${index}]`))
    },
    unknownKeys: (value, path) =>
      Array.isArray(value)
        ? value.flatMap((element, index) => of.unknownKeys?.(element, `${path}[${index}]`) ?? [])
        : [],
  }
}

/** A type with a value for null, which Go writes for a list without elements. */
export const nullAs = <T>(ofNull: T, type: Type<T>): Type<T> => ({ ...type, ofNull })

/** A value that counts as absent if it has another type. */
export function tolerant<T>(of: Type<T>): Type<T | undefined> {
  return {
    name: of.name,
    decode(value, path) {
      try {
        return of.decode(value, path)
      } catch (error) {
        if (error instanceof JsonError) return undefined
        throw error
      }
    },
  }
}

/** An object with keys of any name and values of one type. */
export function mapOf<T>(of: Type<T>): Type<Record<string, T>> {
  const name = `map of ${of.name}`
  return {
    name,
    decode(value, path) {
      if (!isObject(value)) throw mismatch(value, path, name)
      const entries = Object.entries(value).filter(([, element]) => element !== null)
      return Object.fromEntries(entries.map(([key, element]) => [key, of.decode(element, `${path}.${key}`)]))
    },
  }
}

/** An object with declared keys. Other keys are ignored. If a key occurs in several cases, the last one counts. */
export function record<F extends Fields, R extends keyof F & string = never>(
  fields: F,
  required: readonly R[] = [],
): Type<RecordOf<F, R>> {
  const byName = new Map(Object.entries(fields).map(([name, type]) => [name.toLowerCase(), { name, type }]))
  for (const [name, type] of Object.entries(fields)) byName.set(name, { name, type })
  return {
    name: 'object',
    decode(value, path) {
      if (!isObject(value)) throw mismatch(value, path, 'object')
      const found = readFields(byName, value, path)
      for (let index = 0; index < required.length; index++) {
        const key = required[index] as string
        if (found[key] === undefined) throw new JsonError(`missing field ${join(path, key)}`)
      }
      return found as RecordOf<F, R>
    },
    unknownKeys: (value, path) => (isObject(value) ? unknownKeysOf(fields, byName, value, path) : []),
  }
}

/** The fields by their name, and by their name in lower case. */
type ByName = ReadonlyMap<string, { readonly name: string; readonly type: Type<unknown> }>

function unknownKeysOf(fields: Fields, byName: ByName, object: Record<string, unknown>, path: string): UnknownKey[] {
  return Object.entries(object).flatMap(([key, value]) => {
    const field = byName.get(key.toLowerCase())
    if (field === undefined) return [{ path, key, known: Object.keys(fields) }]
    return field.type.unknownKeys?.(value, join(path, field.name)) ?? []
  })
}

/** Uses an index instead of an iterator: there may be thousands of routes, and iterators are slow in QuickJS. */
function readFields(byName: ByName, object: Record<string, unknown>, path: string): Record<string, unknown> {
  const found: Record<string, unknown> = {}
  const given = Object.keys(object)
  for (let index = 0; index < given.length; index++) {
    const key = given[index] as string
    const field = byName.get(key) ?? byName.get(key.toLowerCase())
    if (field === undefined) continue
    const { name, type } = field
    const value = object[key]
    if (value === null && type.ofNull === undefined) continue
    const decoded = value === null ? type.ofNull : type.decode(value, join(path, name))
    if (decoded === '') delete found[name]
    else found[name] = decoded
  }
  return found
}

const join = (path: string, key: string) => (path === '' ? key : `${path}.${key}`)
