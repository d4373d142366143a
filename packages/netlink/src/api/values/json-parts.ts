import { type Declaration, ofKind } from '../../codec/index.js'
import { withJson } from '../../codec/json.js'
import { isLong } from './from-json.js'
import { cached } from './vocabulary.js'

/** True for a number of 64 bits, bytes, and for declarations that may contain one. */
const mayNeed: (declaration: Declaration<unknown>) => boolean = cached((declaration) => {
  const known = ofKind(declaration)
  switch (known.kind) {
    case 'integer':
      return isLong(known)
    case 'text':
    case 'flag':
      return false
    case 'attributes':
      return Object.values(known.table).some((row) => mayNeed(row[1] as Declaration<unknown>))
    case 'struct':
      return Object.values(known.members).some(mayNeed)
    case 'followed':
      return Object.values(known.header.members).some(mayNeed) || mayNeed(known.rest)
    case 'list':
    case 'array':
    case 'indexed':
      return mayNeed(known.element)
    default:
      return true
  }
})

/** The members of an object that JSON.stringify would refuse, or print differently. */
interface Parts {
  /** Members that are a number of 64 bits, or bytes: their object needs `toJSON`. */
  readonly own: readonly string[]
  /** Members that are a struct of numbers with one of 64 bits, which needs `toJSON`. */
  readonly structs: readonly string[]
  /** Members that may contain a number of 64 bits or bytes. */
  readonly others: readonly string[]
}

/** True for a struct that consists of numbers. */
function isOfNumbers(declaration: Declaration<unknown>): boolean {
  const known = ofKind(declaration)
  return known.kind === 'struct' && Object.values(known.members).every(({ kind }) => kind === 'integer')
}

/** Returns the members that need `toJSON`; undefined if the declaration is not one of attributes. */
const partsOf: (declaration: Declaration<unknown>) => Parts | undefined = cached((declaration) => {
  const known = ofKind(declaration)
  if (known.kind !== 'attributes') return undefined
  const rows = Object.entries(known.table).map(([key, row]) => [key, row[1] as Declaration<unknown>] as const)
  const parts = { own: [] as string[], structs: [] as string[], others: [] as string[] }
  for (const [key, row] of rows.filter(([, each]) => mayNeed(each))) {
    if (!row.multi && ['integer', 'bytes'].includes(row.kind)) parts.own.push(key)
    else if (!row.multi && isOfNumbers(row)) parts.structs.push(key)
    else parts.others.push(key)
  }
  return parts
})

/** Adds `toJSON` to each object that contains a bigint or bytes. Returns true if there is one. */
function mark(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint'
  if (value instanceof Uint8Array) return true
  let isNeeded = false
  for (const member of Object.values(value)) if (mark(member)) isNeeded = true
  if (isNeeded) withJson(value)
  return isNeeded
}

/** Makes JSON.stringify accept a decoded value, and each object in it. Returns the value. */
export function withJsonParts(declaration: Declaration<unknown> | undefined, value: unknown): unknown {
  const parts = declaration === undefined ? undefined : partsOf(declaration)
  if (parts === undefined || typeof value !== 'object' || value === null) return withJson(value)
  const members = value as Readonly<Record<string, unknown>>
  for (const key of parts.structs) withJson(members[key])
  let isNeeded = parts.own.some((key) => members[key] !== undefined)
  for (const key of parts.others) {
    const member = members[key]
    // Bytes in place of a value that has no declaration.
    if (mark(member) && (typeof member === 'bigint' || member instanceof Uint8Array)) isNeeded = true
  }
  return isNeeded ? withJson(value) : value
}
