/**
 * Decodes JSON into typed values like Go's encoding/json, for which configurations are written. Keys match case-insensitively,
 * null counts as absent, and a value of the wrong type is an error.
 */

import { printable } from '@netloom/netlink/codec'

/** Thrown if JSON is malformed, or if a value has the wrong type. */
export class JsonError extends Error {
  override readonly name = 'JsonError'
  readonly code = 'ERR_CNI_JSON'

  constructor(
    message: string,
    /** The message for logs, without parts of the JSON. */
    readonly forLog = message,
  ) {
    super(message)
  }
}

/** A key that the type does not declare. */
export interface UnknownKey {
  /** Path of the object that has the key. */
  readonly path: string
  readonly key: string
  /** The keys that the object may have. */
  readonly known: readonly string[]
}

/** The type of a JSON value. `decode` receives a parsed value other than null, and its path for error messages. */
export interface Type<T> {
  readonly name: string
  decode(value: unknown, path: string): T
  /** The value for null. If undefined, null counts as absent. */
  readonly ofNull?: T
  /** Finds keys that the type does not declare, in a value of any type. Absent for types without declared keys. */
  unknownKeys?(value: unknown, path: string): readonly UnknownKey[]
}

/** The TypeScript type of a {@link Type}. */
export type TypeOf<D> = D extends Type<infer T> ? T : never

type Fields = Readonly<Record<string, Type<unknown>>>

/**
 * The TypeScript type of a {@link record}. Keys are missing if the JSON lacks them, or has null (unless `ofNull` is set) or an
 * empty string.
 */
export type RecordOf<F extends Fields, R extends keyof F = never> = { [K in Exclude<keyof F, R>]?: TypeOf<F[K]> } & {
  [K in R]: TypeOf<F[K]>
}

/** Limit of nesting, as in Go's encoding/json. */
const maxDepth = 10_000

/** True if brackets outside strings are nested deeper than `maxDepth`. */
function isTooDeep(text: string): boolean {
  // A quick check first: most documents have few brackets, and a loop over all characters is slow.
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

/**
 * Returns the offset of the quote that ends the string which starts at `start`. Returns the length of the text if there is none.
 */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '"') return at
    if (text[at] === '\\') at++
  }
  return text.length
}

/** Parses one JSON document. Replaces bytes that are not UTF-8, as Go does. @throws {JsonError} if it is malformed */
export function parseJson(bytes: Buffer): unknown {
  const text = bytes.toString('utf8')
  if (text.trim() === '') throw new JsonError('unexpected end of JSON input')
  if (isTooDeep(text)) throw new JsonError(`nested too deep: expected at most ${maxDepth} levels`)
  try {
    return JSON.parse(text)
  } catch (error) {
    // QuickJS may be out of memory.
    if (!(error instanceof SyntaxError)) throw error
    const [first = '', ...rest] = error.message
    throw new JsonError(first.toLowerCase() + rest.join(''), 'malformed JSON')
  }
}

/** Returns JSON as CNI plugins print it. */
export function printJson(object: object): string {
  const text = JSON.stringify(object, null, 4)
  // The only ASCII control character that JSON does not escape is DEL. Checking line by line is slow with thousands of routes.
  const isPrintable = Buffer.byteLength(text) === text.length && !text.includes('\x7f')
  return isPrintable ? text : printableLines(text)
}

/** Escapes all characters in `text` that control a terminal, except line feeds. */
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

/** A JSON object with any keys. */
export const anyObject = primitive('object', isObject)

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An integer from `min` to `max`. `name` is the name of Go's type, for error messages. */
export function integer(name: string, min: number, max: number): Type<number> {
  return primitive(
    name,
    (value): value is number => Number.isInteger(value) && Number(value) >= min && Number(value) <= max,
  )
}

export const int = integer('int', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
export const uint8 = integer('uint8', 0, 0xff)
export const uint32 = integer('uint32', 0, 0xffff_ffff)

/** A string that `parse` converts. `parse` returns undefined for an invalid string. */
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

/** The same type, with a value for null. Go encodes an empty list as null. */
export const nullAs = <T>(ofNull: T, type: Type<T>): Type<T> => ({ ...type, ofNull })

/** The same type, but a value of another type counts as absent. */
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

/** An object with any keys, whose values have one type. */
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

/**
 * An object with declared keys. Other keys are ignored. If a key occurs several times with different case, the last one is used.
 */
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

/** The fields of a record by name, and by name in lower case. */
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
