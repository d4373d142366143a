import type { ByteOrder, Declaration, Scope } from './codec.js'
import { DecodeError } from './error.js'
import { isFixed } from './fixed.js'
import { type DeclarationOfKind, ofKind } from './kinds.js'
import { MAX_DEPTH } from './lazy.js'
import { bytes as opaqueBytes } from './scalar.js'

/** A declaration whose inner structure spans describe. */
export type Composite = Exclude<DeclarationOfKind, { kind: 'integer' | 'flag' | 'text' | 'bytes' }>

/** A payload whose declaration was resolved, and its value if it has no inner declarations. */
export interface SpanPayload {
  readonly composite?: Composite
  readonly declaration: Declaration<unknown>
  readonly lazies: number
  readonly value?: unknown
  readonly words?: unknown
  readonly problem?: string
}

/** The bytes of a payload. */
export interface PayloadBytes {
  readonly bytes: Buffer
  readonly order: ByteOrder
}

/** Follows references and choices to the declaration that applies to the bytes. `outerLazies` is the number of enclosing references. */
export function resolvePayload(
  { bytes, order }: PayloadBytes,
  declaration: Declaration<unknown>,
  start: number,
  end: number,
  outerLazies: number,
  scope: Scope | undefined,
): SpanPayload {
  let lazies = outerLazies
  try {
    let known = ofKind(declaration)
    while (known.kind === 'lazy' || known.kind === 'choice') {
      if (known.kind === 'lazy' && ++lazies > MAX_DEPTH)
        throw new DecodeError(`expected at most ${MAX_DEPTH} levels of ${known.name}, got more`)
      known = ofKind(known.kind === 'lazy' ? known.target : known.ofBytes(bytes, start, end, order, scope))
    }
    if (isComposite(known)) return { composite: known, declaration: known, lazies }
    const value = known.codec(order).decode(bytes, start, end, scope)
    return { declaration: known, lazies, value }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return { declaration: opaqueBytes, lazies, value: bytes.subarray(start, end), problem: error.message }
  }
}

/** True if spans describe the inner structure: each member of structs, each position of arrays with names. */
export function isComposite(known: DeclarationOfKind): known is Composite {
  switch (known.kind) {
    case 'struct':
    case 'attributes':
    case 'list':
    case 'indexed':
    case 'message':
    case 'followed':
      return true
    case 'array':
      return (
        known.bits === undefined &&
        (!isFixed(known.element) || known.indexes !== undefined || isComposite(ofKind(known.element)))
      )
    case 'opaque':
      return known.parts !== undefined
    default:
      return false
  }
}
