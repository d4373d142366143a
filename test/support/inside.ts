import { type Declaration, ofKind } from '@netloom/netlink/codec'

/** A declaration, and how it was reached from a message: `RTM_NEWLINK > attrs > linkinfo`. */
export interface Reached {
  readonly path: readonly string[]
  readonly declaration: Declaration<unknown>
}

type Part = readonly [key: string, declaration: Declaration<unknown> | undefined]

const membersOf = (members: object): Part[] => Object.entries(members)

/** Returns the declarations that a declaration consists of. */
function partsOf(declaration: Declaration<unknown>): Part[] {
  const known = ofKind(declaration)
  switch (known.kind) {
    case 'struct':
      return membersOf(known.members)
    case 'opaque':
      return membersOf(known.members ?? {})
    case 'attributes':
      return Object.entries(known.table).map(([key, [, row]]): Part => [key, row])
    case 'select':
      return membersOf(known.cases)
    case 'selectOuter':
      return [...membersOf(known.cases), ['otherwise', known.otherwise]]
    case 'list':
    case 'indexed':
    case 'array':
      return [['[]', known.element]]
    case 'message':
      return [
        ['header', known.header as never],
        ['attrs', known.attrs],
      ]
    case 'followed':
      return [
        ['header', known.header as never],
        [known.key, known.rest],
      ]
    case 'choice':
      return known.alternatives.map((each): Part => [each.name, each])
    case 'lazy':
      return [['', known.target]]
    default:
      return []
  }
}

/** Yields the declarations and all declarations inside them, each once. */
export function* inside(roots: Iterable<Reached>): Generator<Reached> {
  const seen = new Set<Declaration<unknown>>()
  const waiting = [...roots]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { path, declaration } = next
    if (seen.has(declaration)) continue
    seen.add(declaration)
    yield next
    for (const [key, part] of partsOf(declaration)) {
      if (part !== undefined) waiting.push({ path: [...path, key], declaration: part })
    }
  }
}
