import { type Choice, choice, type Declaration, type Scope } from '../../codec/index.js'

/** Declares the attributes of a message: `then` if the header's family is `family`, `otherwise` for all others. */
export function byFamily<A, B>(family: number, then: Declaration<A>, otherwise: Declaration<B>): Choice<A | B> {
  const chosen = (scope: Scope | undefined) => (scope?.members.family === family ? then : otherwise)
  return choice<A | B>(otherwise.name, [otherwise, then], {
    ofBytes: (_bytes, _start, _end, _order, scope) => chosen(scope),
    ofValue: (_value, scope) => chosen(scope),
  })
}
