import type { Declaration, Layout, Members, Struct, Table } from '@netloom/netlink/codec'

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
  readonly multi?: true
}

export const partsOf = (declaration: Declaration<unknown>): Parts => declaration as unknown as Parts
