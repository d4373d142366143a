import type { Declaration, Layout, Members, Scope, Struct, Table } from '@netloom/netlink/codec'

/** Parts of a declaration, as far as it describes itself. */
export interface Parts {
  readonly name: string
  readonly size?: number
  readonly layout?: Layout
  /** Set for a struct. */
  readonly members?: Members
  /** Set for a set of attributes. */
  readonly table?: Table
  /** Set for a message, and for a struct followed by other content. */
  readonly header?: Struct
  readonly attrs?: Declaration<unknown>
  readonly key?: string
  readonly rest?: Declaration<unknown>
  /** Set for lists and arrays. */
  readonly element?: Declaration<unknown>
  /** Set for a lazy declaration. */
  readonly target?: Declaration<unknown>
  /** Set for a selection. */
  readonly selector?: string
  readonly outer?: string
  readonly cases?: Readonly<Record<string, Declaration<unknown>>>
  readonly otherwise?: Declaration<unknown>
  /** Of a choice. */
  readonly alternatives?: readonly Declaration<unknown>[]
  readonly ofValue?: (value: unknown, scope: Scope | undefined) => Declaration<unknown>
  readonly multi?: true
}

export const partsOf = (declaration: Declaration<unknown>): Parts => declaration as unknown as Parts

/** Returns the size of the header of a message, and of the usual one of several messages. */
export function headerSize(declaration: Declaration<unknown>): number {
  const { header, alternatives } = partsOf(declaration)
  return header?.size ?? (alternatives?.[0] ? headerSize(alternatives[0]) : 0)
}
