import type { LinkRef } from '../../values/link-ref.js'

/** A condition on the local (`src`, `sport`) or remote (`dst`, `dport`) end: a prefix of addresses, a port, or both. */
export interface HostCondition {
  readonly type: 'src' | 'dst'
  readonly address?: string | undefined
  /** Prefix length. */
  readonly length?: number | undefined
  readonly port?: number | undefined
}

/** A port that is at least, or at most, a number. */
export interface PortCondition {
  readonly type: 'sport' | 'dport'
  readonly comparison: 'at least' | 'at most'
  readonly port: number
}

/** A condition on one socket. */
export type Condition =
  | HostCondition
  | PortCondition
  | { readonly type: 'dev'; readonly link: LinkRef }
  | { readonly type: 'mark'; readonly mark: number; readonly mask: number }
  | { readonly type: 'cgroup'; readonly id: bigint }
  /** The kernel chose the local port. */
  | { readonly type: 'autobound' }

/** An expression that selects sockets. */
export type Expression =
  | Condition
  | { readonly type: 'not'; readonly of: Expression }
  | { readonly type: 'and' | 'or'; readonly left: Expression; readonly right: Expression }

/** Returns an expression that is true if all are; undefined for none. */
export const allOf = (expressions: readonly Expression[]): Expression | undefined =>
  expressions.reduce<Expression | undefined>(
    (left, right) => (left === undefined ? right : { type: 'and', left, right }),
    undefined,
  )

/** Returns the links that an expression refers to. */
export function linksIn(expression: Expression): LinkRef[] {
  const links: LinkRef[] = []
  const left = [expression]
  for (let each = left.pop(); each !== undefined; each = left.pop()) {
    if (each.type === 'dev') links.push(each.link)
    else if (each.type === 'not') left.push(each.of)
    else if (each.type === 'and' || each.type === 'or') left.push(each.left, each.right)
  }
  return links
}
