import { show } from '../codec/error.js'
import { SpecError } from './error.js'
import { call, type Expression, literal, type Member, object, reference, value } from './expression.js'
import type { Identifiers } from './identifiers.js'
import { keyOf } from './names.js'
import { integer } from './numbers.js'
import type { Spec, SpecMember, SpecStruct } from './types.js'

/** Size and alignment of C types, in bytes. */
interface Layout {
  readonly size: number
  readonly alignment: number
}

const roundUp = (at: number, alignment: number) => Math.ceil(at / alignment) * alignment

/** Returns the struct of this name. @throws {SpecError} if there is none */
export function structNamed(name: string, { structs }: Spec): SpecStruct {
  const found = structs.get(name)
  if (found === undefined) throw new SpecError(`expected a struct of the definitions, got ${show(name)}`)
  return found
}

function layoutOfMember({ type, length = 0, struct }: SpecMember, spec: Spec, outer: readonly string[]): Layout {
  if (type === 'binary' && struct !== undefined) return layoutOf(structNamed(struct, spec), spec, outer)
  if (type === 'string' || type === 'binary' || type === 'pad') return { size: length, alignment: 1 }
  const size = Number(type.slice(1)) / 8
  return { size, alignment: size }
}

/** Returns the layout that a C compiler gives a struct on a machine of 64 bits. */
function layoutOf({ name, members }: SpecStruct, spec: Spec, outer: readonly string[] = []): Layout {
  if (outer.includes(name)) throw new SpecError(`expected a struct that does not contain itself, got ${show(name)}`)
  const inner = members.map((member) => layoutOfMember(member, spec, [...outer, name]))
  const alignment = Math.max(1, ...inner.map((each) => each.alignment))
  const end = inner.reduce((at, each) => roundUp(at, each.alignment) + each.size, 0)
  return { size: roundUp(end, alignment), alignment }
}

function bytesOf({ hint, length = 0 }: SpecMember): Expression {
  if (hint === 'mac' && length === 6) return value('macaddr')
  if (hint === 'ipv4' && length === 4) return value('ipv4')
  return hint === 'ipv6' && length === 16 ? value('ipv6') : call('fixedBytes', literal(length))
}

function memberOf(member: SpecMember, spec: Spec, ids: Identifiers): Expression {
  const { type, length = 0, struct } = member
  if (type === 'pad') return call('pad', literal(length))
  if (type === 'string') return call('charArray', literal(length))
  if (type === 'binary') return struct === undefined ? bytesOf(member) : reference(ids.ofStruct(struct))
  return integer(type, member, spec, ids)
}

/** Declares a struct, with the padding that a C compiler adds. */
export function structOf(struct: SpecStruct, spec: Spec, ids: Identifiers): Expression {
  const members: Member[] = []
  let at = 0
  const padTo = (end: number) => {
    if (end > at) members.push({ key: `_pad${at}`, value: call('pad', literal(end - at)) })
    at = end
  }
  for (const member of struct.members) {
    const { size, alignment } = layoutOfMember(member, spec, [struct.name])
    padTo(roundUp(at, alignment))
    const key = member.type === 'pad' ? `_${keyOf(member.name)}${at}` : keyOf(member.name)
    members.push({ key, doc: member.doc, value: memberOf(member, spec, ids) })
    at += size
  }
  padTo(layoutOf(struct, spec).size)
  return call('struct', literal(struct.name.replaceAll('-', '_')), object(members))
}
