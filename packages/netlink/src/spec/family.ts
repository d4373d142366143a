import { show } from '../codec/error.js'
import { SpecError } from './error.js'
import { array, call, type Declared, type Expression, literal, type Member, object, reference } from './expression.js'
import { type Identifiers, typeName } from './identifiers.js'
import { constantName } from './names.js'
import type { Spec, SpecOperation } from './types.js'

/** Declares the messages: one for each pair of a set and a header before it. */
class MessageTypes {
  readonly declared = new Map<string, Declared>()
  readonly #spec: Spec
  readonly #ids: Identifiers

  constructor(spec: Spec, ids: Identifiers) {
    this.#spec = spec
    this.#ids = ids
  }

  of({ name, set, header }: SpecOperation): Expression {
    if (set !== undefined && !this.#spec.sets.has(set))
      throw new SpecError(`expected one of the attribute-sets, got ${show(set)}`, ['operations', name])
    const identifier = this.#ids.ofMessage(set, header)
    if (!this.declared.has(identifier)) {
      const expression = this.#message(set ?? 'empty', set, this.#header(name, header))
      this.declared.set(identifier, { name: identifier, doc: `Attributes: ${set ?? 'none'}`, expression })
    }
    return reference(identifier)
  }

  #attributes(set: string | undefined): Expression {
    return set === undefined
      ? call('attributes', literal(constantName(this.#spec.name)), object([]))
      : reference(this.#ids.ofSet(set))
  }

  /** Returns the identifier of the struct before the attributes. */
  #header(operation: string, header: string | undefined): string | undefined {
    if (header === undefined) return undefined
    if (this.#spec.structs.has(header)) return this.#ids.ofStruct(header)
    const path = ['operations', operation, 'fixed-header']
    throw new SpecError(`expected a struct of the definitions, got ${show(header)}`, path)
  }

  #message(name: string, set: string | undefined, header: string | undefined): Expression {
    const attributes = this.#attributes(set)
    const isRaw = this.#spec.protocol === 'netlink-raw'
    if (isRaw && header === undefined) return attributes
    const args =
      header === undefined ? [attributes] : isRaw ? [reference(header), attributes] : [attributes, reference(header)]
    const message = call(isRaw ? 'message' : 'genericMessage', literal(name), ...args)
    if (set === undefined) return message
    const types = [this.#ids.ofSet(set), ...(header === undefined ? [] : [header])].map(typeName)
    return { ...message, types: isRaw ? types.reverse() : types }
  }
}

const row = (number: number, { isGet }: SpecOperation, message: Expression): Expression =>
  isGet ? call('gets', literal(number), message) : array(literal(number), message)

/** Returns the messages to the kernel, and those from it. */
function messagesOf({ operations }: Spec, types: MessageTypes) {
  const [requests, replies]: [Member[], Member[]] = [[], []]
  for (const each of operations) {
    const { name, doc, request, reply } = each
    const message = types.of(each)
    if (request !== undefined) requests.push({ key: name, doc, value: row(request, each, message) })
    if (reply === undefined) continue
    const own = request === undefined || request === reply ? name : `${name}_REPLY`
    replies.push({ key: own, doc: request === undefined ? doc : undefined, value: array(literal(reply), message) })
  }
  return { requests, replies }
}

/** Declares a family of generic netlink and its messages. */
function genericFamilyOf(spec: Spec, ids: Identifiers): Declared[] {
  const types = new MessageTypes(spec, ids)
  const { requests, replies } = messagesOf(spec, types)
  const differ = spec.operations.some(({ request, reply }) => reply !== undefined && reply !== request)
  const options = object([
    { key: 'version', value: literal(spec.version) },
    { key: 'messages', value: object(requests) },
    ...(differ ? [{ key: 'replies', value: object(replies) }] : []),
  ])
  const family = call('genericFamily', literal(spec.name), options)
  return [...types.declared.values(), { name: ids.family, doc: spec.doc ?? spec.name, expression: family }]
}

/** Declares a protocol that identifies messages by `nlmsg_type`. A reply has the declaration of the request with its number. */
function protocolOf(spec: Spec, ids: Identifiers): Declared[] {
  const types = new MessageTypes(spec, ids)
  const { requests } = messagesOf(spec, types)
  const requested = new Set(spec.operations.map(({ request }) => request))
  const others = spec.operations.filter(({ reply }) => reply !== undefined && !requested.has(reply))
  const named = new Map(others.map((each) => [each.reply, each]))
  const received = [...named].map(([number, each]): Member => {
    const name = each.request === undefined ? each.name : `${each.name}_REPLY`
    return { key: name, value: array(literal(number as number), types.of(each)) }
  })
  const groups = spec.groups.flatMap(({ name, number }): Member[] =>
    number === undefined ? [] : [{ key: constantName(name), value: literal(number) }],
  )
  const args = [literal(spec.name), literal(spec.protocolNumber ?? 0), object([...requests, ...received])]
  const options = object([{ key: 'groups', value: object(groups) }])
  const protocol = call('protocol', ...args, options)
  return [...types.declared.values(), { name: ids.family, doc: spec.doc ?? spec.name, expression: protocol }]
}

/** Declares the messages of a spec, and their family or protocol. */
export const familyOf = (spec: Spec, ids: Identifiers): Declared[] =>
  spec.protocol === 'netlink-raw' ? protocolOf(spec, ids) : genericFamilyOf(spec, ids)
