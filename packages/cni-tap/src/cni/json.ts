/**
 * JSON read into typed values as Go's encoding/json does it, since configurations are written against that: keys match
 * in any case, null is as absent, and a value of another type is an error rather than converted.
 */

import { printable } from '@netloom/netlink/codec'

/** JSON that is malformed, or whose values are not of the declared types. */
export class JsonError extends Error {
  override readonly name = 'JsonError'
}

/** A key that an object's declaration does not know. */
export interface UnknownKey {
  /** The object's own path. */
  readonly path: string
  readonly key: string
  /** The keys that the object may have. */
  readonly known: readonly string[]
}

/** How to read one value: `decode` gets a parsed value that is not null, and where it stands. */
export interface Type<T> {
  readonly name: string
  decode(value: unknown, path: string): T
  /** The value of null, if null is not as absent. */
  readonly ofNull?: T
  /** Finds the unknown keys of objects in a value of any type. Left out by types that have no declared keys. */
  unknownKeys?(value: unknown, path: string): readonly UnknownKey[]
}

/** The value that a {@link Type} reads. */
export type TypeOf<D> = D extends Type<infer T> ? T : never

type Fields = Readonly<Record<string, Type<unknown>>>

/** The value that {@link record} reads. Without a key that is absent, null (unless `ofNull` is set) or an empty string. */
export type RecordOf<F extends Fields, R extends keyof F = never> = { [K in Exclude<keyof F, R>]?: TypeOf<F[K]> } & {
  [K in R]: TypeOf<F[K]>
}

/** Levels of nesting, as many as Go's encoding/json reads. */
const maxDepth = 10_000

/** True if brackets outside of strings are open more than `maxDepth` deep. */
function isTooDeep(text: string): boolean {
  // Most texts are short, or have few brackets, and looking at each character takes time.
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
    // Memory may be short, too.
    if (!(error instanceof SyntaxError)) throw error
    const [first = '', ...rest] = error.message
    throw new JsonError(first.toLowerCase() + rest.join(''))
  }
}

/** Returns JSON as CNI plugins print it. */
export function printJson(object: object): string {
  const text = JSON.stringify(object, null, 4)
  // JSON has escaped all of ASCII that acts on a terminal but DEL. To look at each line takes time with thousands of routes.
  const isPrintable = Buffer.byteLength(text) === text.length && !text.includes('\x7f')
  return isPrintable ? text : printableLines(text)
}

/** Returns `text` without characters that act on a terminal, other than the ends of its lines. */
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

/** A JSON object that is passed on as it came. */
export const anyObject = primitive('object', isObject)

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A whole number from `min` to `max`, named as Go names the type. */
export function integer(name: string, min: number, max: number): Type<number> {
  return primitive(
    name,
    (value): value is number => Number.isInteger(value) && Number(value) >= min && Number(value) <= max,
  )
}

export const int = integer('int', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
export const uint8 = integer('uint8', 0, 0xff)
export const uint32 = integer('uint32', 0, 0xffff_ffff)

/** Text with a form of its own: `parse` returns undefined where the form is not met. */
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

/** A type of which null is a value, as Go writes a list that has no elements. */
export const nullAs = <T>(ofNull: T, type: Type<T>): Type<T> => ({ ...type, ofNull })

/** A value that is as absent where it is of another type. */
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

/** An object with declared keys; others are ignored. Of several spellings of one key the last one counts. */
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

/** A field, by its name and by its name in lower case. */
type ByName = ReadonlyMap<string, { readonly name: string; readonly type: Type<unknown> }>

function unknownKeysOf(fields: Fields, byName: ByName, object: Record<string, unknown>, path: string): UnknownKey[] {
  return Object.entries(object).flatMap(([key, value]) => {
    const field = byName.get(key.toLowerCase())
    if (field === undefined) return [{ path, key, known: Object.keys(fields) }]
    return field.type.unknownKeys?.(value, join(path, field.name)) ?? []
  })
}

/** Counts by hand: there may be thousands of routes, and QuickJS takes its time for iterators. */
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
