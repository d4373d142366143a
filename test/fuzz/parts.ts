import type { Declaration, Layout, Members, Struct, Table } from '@netloom/netlink/codec'

/** What a declaration is made of, as far as it tells. */
export interface Parts {
  readonly name: string
  readonly size?: number
  readonly layout?: Layout
  /** Of a struct. */
  readonly members?: Members
  /** Of a set of attributes. */
  readonly table?: Table
  /** Of a message, and of what is followed by something. */
  readonly header?: Struct
  readonly attrs?: Declaration<unknown>
  readonly key?: string
  readonly rest?: Declaration<unknown>
  /** Of lists and arrays. */
  readonly element?: Declaration<unknown>
  /** Of a lazy declaration. */
  readonly target?: Declaration<unknown>
  /** Of a selection. */
  readonly selector?: string
  readonly outer?: string
  readonly cases?: Readonly<Record<string, Declaration<unknown>>>
  readonly otherwise?: Declaration<unknown>
  readonly multi?: true
}

export const partsOf = (declaration: Declaration<unknown>): Parts => declaration as unknown as Parts
