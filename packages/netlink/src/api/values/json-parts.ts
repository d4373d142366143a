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
    case 'list':
    case 'array':
      return mayNeed(known.element)
    default:
      return true
  }
})

/** Returns the keys of members that may be, or contain, an object with a number of 64 bits or bytes. */
const partsOf: (declaration: Declaration<unknown>) => readonly string[] = cached((declaration) => {
  const known = ofKind(declaration)
  if (known.kind !== 'attributes') return []
  const rows = Object.entries(known.table).map(([key, row]) => [key, row[1] as Declaration<unknown>] as const)
  return rows.flatMap(([key, row]) => (!['integer', 'bytes'].includes(row.kind) && mayNeed(row) ? [key] : []))
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
  if (declaration !== undefined && typeof value === 'object' && value !== null)
    for (const key of partsOf(declaration)) mark((value as Record<string, unknown>)[key])
  return withJson(value)
}
