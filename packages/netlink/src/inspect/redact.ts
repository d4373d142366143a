import { isPlainObject } from '../codec/error.js'
import { type Declaration, type DeclarationOfKind, type DescribeOptions, ofKind } from '../codec/index.js'
import type { DissectedMessage } from '../dissect/index.js'
import { declaredFamily } from '../dissect/known.js'
import type { Members } from './summary/members.js'

/** Text that replaces keys and passwords. */
export const SECRET = '(secret)'

/** Protocols without generic netlink's families, some of whose messages contain keys. */
const KEY_PROTOCOLS: ReadonlySet<string> = new Set(['NETLINK_XFRM', 'NETLINK_SOCK_DIAG'])

/** Key of an attribute without a declaration. */
export const unknownKey = /^\?\d+$/

/**
 * Replaces keys and passwords in decoded messages. The declarations mark them as secret. In protocols and families that have
 * such declarations, and in unknown families, bytes without a declaration may contain keys, so they are replaced too.
 */
export class Redactor {
  readonly #declarations = new Map<Declaration<unknown>, boolean>()
  readonly #families = new Map<string, boolean>()

  /** Returns the value with the names of constants instead of numbers, or with `word: false` with numbers. */
  describe(message: DissectedMessage, options: DescribeOptions, replacement: unknown = SECRET): unknown {
    const { value, declaration, error } = message
    const mayHold = this.mayHoldKeys(message)
    if (value instanceof Uint8Array) return mayHold && value.length > 0 ? replacement : value
    const isPlain = options.word === false && error === undefined && declaration !== undefined
    const described =
      isPlain && !this.#hasSecrets(declaration) ? value : message.describe({ ...options, secret: () => replacement })
    return mayHold ? withoutUnknown(described, () => replacement) : described
  }

  /** True if bytes of the message that no declaration describes may be keys. */
  mayHoldKeys({ protocol, family }: Pick<DissectedMessage, 'protocol' | 'family'>): boolean {
    if (KEY_PROTOCOLS.has(protocol)) return true
    if (protocol !== 'NETLINK_GENERIC') return false
    const name = family ?? ''
    let mayHold = this.#families.get(name)
    if (mayHold === undefined) {
      const declared = declaredFamily(name)
      mayHold =
        declared === undefined ||
        Object.values(declared.messages).some(
          ([, declaration, reply]) => this.#hasSecrets(declaration) || (reply !== undefined && this.#hasSecrets(reply)),
        )
      this.#families.set(name, mayHold)
    }
    return mayHold
  }

  #hasSecrets(declaration: Declaration<unknown>): boolean {
    const known = this.#declarations.get(declaration)
    if (known !== undefined) return known
    // A declaration may contain itself.
    this.#declarations.set(declaration, false)
    const found = declaration.secret === true || innerOf(ofKind(declaration)).some((inner) => this.#hasSecrets(inner))
    this.#declarations.set(declaration, found)
    return found
  }
}

/** For views that need no other one. */
export const redactor: Redactor = new Redactor()

/** Returns the declarations inside a declaration. */
function innerOf(known: DeclarationOfKind): Declaration<unknown>[] {
  switch (known.kind) {
    case 'struct':
      return Object.values(known.members)
    case 'attributes':
      return Object.values(known.table).map(([, row]) => row)
    case 'message':
      return [known.header, known.attrs]
    case 'followed':
      return [known.header, known.rest]
    case 'list':
    case 'indexed':
    case 'array':
      return [known.element]
    case 'lazy':
      return [known.target]
    case 'choice':
      return [...known.alternatives]
    case 'select':
    case 'selectOuter':
      return Object.values(known.cases)
    case 'opaque':
      return Object.values(known.members ?? {})
    default:
      return []
  }
}

/** Replaces attributes without a declaration, and a payload that could not be decoded. */
export function withoutUnknown(value: unknown, replace: (bytes: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => withoutUnknown(each, replace))
  // The words of a caller may be objects of a class.
  if (!isPlainObject(value)) return value
  const isUndecoded = (key: string, inner: unknown) =>
    unknownKey.test(key) || (key === 'value' && inner instanceof Uint8Array && isAnswered(value))
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      isUndecoded(key, inner) ? replace(inner) : withoutUnknown(inner, replace),
    ]),
  )
}

/** True for the request inside an NLMSG_ERROR. */
const isAnswered = (value: Members) => 'type' in value && 'header' in value
