import { show } from '../codec/error.js'
import { meaningAt } from './definitions.js'
import { prefixOf } from './names.js'
import { Place } from './place.js'
import { ATTRIBUTE_TYPES, type SpecAttribute, type SpecSet } from './types.js'

const SET = [
  'name',
  'name-prefix',
  'enum-name',
  'doc',
  'subset-of',
  'attr-cnt-name',
  'attr-max-name',
  'attributes',
  'header',
]
const ATTRIBUTE = [
  ...['name', 'type', 'doc', 'value', 'type-value', 'byte-order', 'multi-attr', 'nested-attributes', 'enum'],
  ...['enum-as-flags', 'checks', 'sub-type', 'display-hint', 'name-prefix', 'struct', 'sub-message', 'selector', 'len'],
]

/** Largest number of an attribute: NLA_TYPE_MASK. */
const MOST_NUMBER = 0x3fff

const typeAt = (place: Place) => place.oneOf(ATTRIBUTE_TYPES)

function attributeAt(place: Place, number: number): SpecAttribute {
  const type = typeAt(place.object(ATTRIBUTE).at('type'))
  const [elements, prefix] = [place.at('sub-type'), place.at('name-prefix').nameIfAny()]
  const levels = place.at('type-value')
  const attribute = {
    ...meaningAt(place),
    name: place.at('name').name(),
    number,
    type,
    doc: place.at('doc').textIfAny(),
    prefix: prefix === undefined ? undefined : prefixOf(prefix),
    isMulti: place.at('multi-attr').isTrue(),
    nested: place.at('nested-attributes').nameIfAny(),
    elements: elements.isAbsent ? undefined : typeAt(elements),
    levels: levels.elements().length,
    subMessage: place.at('sub-message').nameIfAny(),
    selector: place.at('selector').nameIfAny(),
  }
  if (type === 'sub-message') {
    if (attribute.subMessage === undefined) throw place.at('sub-message').unexpected('the name of a sub-message')
    if (attribute.selector === undefined) throw place.at('selector').unexpected('the name of the selecting attribute')
  }
  return attribute
}

/** Reads the attributes of a set. A number that is left out follows the one before it. */
function attributesAt(place: Place): SpecAttribute[] {
  let next = 1
  return place.elements().map((each) => {
    const number = each.at('value').numberIfAny(MOST_NUMBER) ?? next
    next = number + 1
    return attributeAt(each, number)
  })
}

/** Reads the attributes of a subset: those of the `whole` set that it names, with its own changes. It may name one twice. */
function subsetAt(place: Place, whole: Place, attributes: readonly SpecAttribute[]): SpecAttribute[] {
  const own = place.elements().map((each) => {
    const name = each.object(ATTRIBUTE).at('name').name()
    const index = attributes.findIndex((one) => one.name === name)
    const [base, found] = [whole.at('attributes').elements()[index], attributes[index]]
    if (base === undefined || found === undefined)
      throw each.wrong(`expected an attribute of ${whole.at('name').name()}, got ${show(name)}`)
    const merged = { ...(base.value as object), ...(each.value as object) }
    return attributeAt(new Place(merged, each.path), found.number)
  })
  return [...new Map(own.map((each) => [each.name, each])).values()]
}

/** Returns the places of the sets, by name. */
function placesByName(places: readonly Place[]): ReadonlyMap<string, Place> {
  const byName = new Map<string, Place>()
  for (const each of places) {
    const name = each.object(SET).at('name').name()
    if (byName.has(name)) throw each.wrong('expected one set of this name, got two')
    byName.set(name, each)
  }
  return byName
}

/** Reads the sets of attributes. */
export function setsAt(places: readonly Place[], family: string): ReadonlyMap<string, SpecSet> {
  const byName = placesByName(places)
  const read = (each: Place): SpecSet => {
    const [name, doc] = [each.at('name').name(), each.at('doc').textIfAny()]
    const whole = each.at('subset-of')
    if (whole.isAbsent) {
      const usual = name === family ? `${family}-a` : `${family}-a-${name}`
      const prefix = prefixOf(each.at('name-prefix').nameIfAny() ?? usual)
      return { name, doc, prefix, attributes: attributesAt(each.at('attributes')) }
    }
    const parent = byName.get(whole.text())
    if (parent === undefined || !parent.at('subset-of').isAbsent)
      throw whole.unexpected('the name of a set that is no subset')
    const { prefix, attributes } = read(parent)
    return { name, doc, prefix, attributes: subsetAt(each.at('attributes'), parent, attributes) }
  }
  return new Map([...byName].map(([name, each]) => [name, read(each)]))
}
