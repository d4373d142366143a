import { lengthAt } from './lengths.js'
import { prefixOf } from './names.js'
import type { Place } from './place.js'
import {
  HINTS,
  MEMBER_TYPES,
  type Meaning,
  type SpecEntry,
  type SpecEnum,
  type SpecMember,
  type SpecStruct,
} from './types.js'

const DEFINITION = [
  ...[
    'name',
    'type',
    'doc',
    'header',
    'scope',
    'value',
    'value-start',
    'entries',
    'members',
    'render-max',
    'enum-name',
  ],
  ...['name-prefix', 'enum-cnt-name'],
]
const ENTRY = ['name', 'value', 'doc']
const MEMBER = ['name', 'type', 'doc', 'len', 'byte-order', 'enum', 'enum-as-flags', 'display-hint', 'struct']
const MOST_BITS = 63

/** Reads what attributes and members of structs have in common. */
export function meaningAt(place: Place): Meaning {
  const order = place.at('byte-order')
  const hint = place.at('display-hint')
  return {
    byteOrder: order.isAbsent ? undefined : order.oneOf(['big-endian', 'little-endian']),
    enum: place.at('enum').nameIfAny(),
    isFlags: place.at('enum-as-flags').isTrue(),
    hint: hint.isAbsent ? undefined : hint.oneOf(HINTS),
    struct: place.at('struct').nameIfAny(),
  }
}

/** Reads the entries of an enum. A number that is left out follows the one before it. */
function entriesAt(place: Place, first: number, most: number): SpecEntry[] {
  let next = first
  return place.elements().map((each) => {
    if (typeof each.value === 'string') return { name: each.text(), number: next++, doc: undefined }
    const number = each.object(ENTRY).at('value').numberIfAny(most) ?? next
    next = number + 1
    return { name: each.at('name').name(), number, doc: each.at('doc').textIfAny() }
  })
}

function enumAt(place: Place, kind: SpecEnum['kind'], family: string): SpecEnum {
  const [name, start] = [place.at('name').name(), place.at('value-start')]
  // The start can be the name of a constant of C, whose value a spec does not contain.
  const first = typeof start.value === 'string' ? 0 : (start.numberIfAny(0xffffffff) ?? 0)
  return {
    kind,
    name,
    doc: place.at('doc').textIfAny(),
    prefix: prefixOf(place.at('name-prefix').nameIfAny() ?? `${family}-${name}`),
    entries: entriesAt(place.at('entries'), first, kind === 'flags' ? MOST_BITS : 0xffffffff),
  }
}

function memberAt(place: Place, constants: ReadonlyMap<string, number>): SpecMember {
  const type = place.object(MEMBER).at('type').oneOf(MEMBER_TYPES)
  const member = {
    ...meaningAt(place),
    name: place.at('name').name(),
    type,
    doc: place.at('doc').textIfAny(),
    length: lengthAt(place.at('len'), constants),
  }
  const needsLength = type === 'string' || type === 'pad' || (type === 'binary' && member.struct === undefined)
  if (needsLength && member.length === undefined) throw place.at('len').unexpected(`the length of the ${type}`)
  return member
}

/** The definitions of a spec, by name. */
export interface Definitions {
  readonly enums: ReadonlyMap<string, SpecEnum>
  readonly structs: ReadonlyMap<string, SpecStruct>
}

/** Reads enums, flags and structs. */
export function definitionsAt(
  places: readonly Place[],
  family: string,
  constants: ReadonlyMap<string, number>,
): Definitions {
  const [enums, structs] = [new Map<string, SpecEnum>(), new Map<string, SpecStruct>()]
  for (const each of places) {
    const name = each.object(DEFINITION).at('name').name()
    const type = each.at('type').oneOf(['const', 'enum', 'flags', 'struct'])
    if (enums.has(name) || structs.has(name)) throw each.wrong('expected one definition of this name, got two')
    if (type === 'enum' || type === 'flags') enums.set(name, enumAt(each, type, family))
    else if (type === 'struct') {
      const members = each
        .at('members')
        .elements()
        .map((member) => memberAt(member, constants))
      structs.set(name, { kind: 'struct', name, doc: each.at('doc').textIfAny(), members })
    }
  }
  return { enums, structs }
}
