import { show } from '../codec/error.js'
import { SpecError } from './error.js'
import { call, type Expression, literal, type Member, object, reference, value } from './expression.js'
import type { Identifiers } from './identifiers.js'
import { keyOf } from './names.js'
import { integer } from './numbers.js'
import { structNamed } from './structs.js'
import { INTEGERS, type Spec, type SpecAttribute, type SpecFormat, type SpecSet } from './types.js'

/** The surroundings of an attribute whose payload is translated. */
export interface Context {
  readonly spec: Spec
  readonly ids: Identifiers
  /** The set of the attribute. */
  readonly set: SpecSet
  /** Returns a reference to a set. @throws {SpecError} if there is none */
  setNamed(name: string): Expression
}

const isInteger = (type: string): type is (typeof INTEGERS)[number] => (INTEGERS as readonly string[]).includes(type)

function bytesOf({ struct, hint }: SpecAttribute, { spec, ids }: Context): Expression {
  if (struct !== undefined) return reference(ids.ofStruct(structNamed(struct, spec).name))
  if (hint === 'mac') return value('lladdr')
  return hint === 'ipv4' || hint === 'ipv6' || hint === 'ipv4-or-v6' ? value('ipAddress') : value('bytes')
}

/** Returns the elements of an array. */
function elementOf(attribute: SpecAttribute, type: SpecAttribute['type'], context: Context): Expression {
  if (isInteger(type)) return integer(type, attribute, context.spec, context.ids)
  if (type === 'nest') return nestOf(attribute, context)
  return type === 'string' ? value('string') : bytesOf(attribute, context)
}

const nestOf = ({ nested }: SpecAttribute, { setNamed }: Context) =>
  nested === undefined ? value('nestedBytes') : setNamed(nested)

/** Returns the payload of one format of a sub-message. */
function formatOf({ value: name, set, header }: SpecFormat, { spec, ids, setNamed }: Context): Expression {
  if (header === undefined) return set === undefined ? value('bytes') : setNamed(set)
  const struct = reference(ids.ofStruct(structNamed(header, spec).name))
  return set === undefined ? struct : call('message', literal(name), struct, setNamed(set))
}

/** Returns the value of the selector in decoded attributes: a text, or the number of a constant. */
function selectorValue(attribute: SpecAttribute | undefined, name: string, { spec }: Context): string {
  const entries = attribute?.enum === undefined ? undefined : spec.enums.get(attribute.enum)?.entries
  return String(entries?.find((entry) => entry.name === name)?.number ?? name)
}

/** A selector that is no sibling is a member of the header or of an enclosing nest. */
export const selectorIn = ({ attributes }: SpecSet, selector: string | undefined): SpecAttribute | undefined =>
  attributes.find(({ name }) => name === selector)

function subMessageOf(attribute: SpecAttribute, context: Context): Expression {
  const { subMessage = '', selector = '' } = attribute
  const formats = context.spec.subMessages.get(subMessage)
  if (formats === undefined)
    throw new SpecError(`expected a sub-message of the spec, got ${show(subMessage)}`, ['sub-message'])
  const sibling = selectorIn(context.set, selector)
  const cases = formats.map(
    (each): Member => ({ key: selectorValue(sibling, each.value, context), value: formatOf(each, context) }),
  )
  return call(sibling === undefined ? 'selectOuter' : 'select', literal(keyOf(selector)), object(cases))
}

function single(attribute: SpecAttribute, context: Context): Expression {
  const { type, elements, levels } = attribute
  if (isInteger(type)) return integer(type, attribute, context.spec, context.ids)
  switch (type) {
    case 'flag':
      return value('flag')
    case 'string':
      return value('string')
    case 'bitfield32': {
      const names = attribute.enum === undefined ? undefined : context.spec.enums.get(attribute.enum)
      return names === undefined ? value('bitfield32') : call('bitfield32Of', reference(context.ids.ofEnum(names)))
    }
    case 'nest':
      return nestOf(attribute, context)
    case 'indexed-array':
    case 'array-nest':
      return call('indexed', elementOf(attribute, elements ?? 'nest', context))
    case 'nest-type-value':
      return Array.from({ length: Math.max(1, levels) }).reduce<Expression>(
        (inner) => call('indexed', inner),
        nestOf(attribute, context),
      )
    case 'sub-message':
      return subMessageOf(attribute, context)
    case 'binary':
      return elements !== undefined && isInteger(elements)
        ? call('array', elementOf(attribute, elements, context))
        : bytesOf(attribute, context)
    default:
      return value('bytes')
  }
}

/** Declares the payload of an attribute. */
export function payloadOf(attribute: SpecAttribute, context: Context): Expression {
  const payload = single(attribute, context)
  return attribute.isMulti ? call('multi', payload) : payload
}
