import { definitionsAt } from './definitions.js'
import { constantsIn } from './lengths.js'
import { operationsAt } from './operations.js'
import { Place } from './place.js'
import { setsAt } from './sets.js'
import type { Spec, SpecFormat } from './types.js'

const SPEC = [
  ...['name', 'doc', 'protocol', 'protonum', 'uapi-header', 'c-family-name', 'c-version-name', 'max-by-define'],
  ...['cmd-max-name', 'cmd-cnt-name', 'kernel-policy', 'version', 'definitions', 'attribute-sets', 'sub-messages'],
  ...['operations', 'kernel-family', 'mcast-groups'],
]
const PROTOCOLS = ['genetlink', 'genetlink-c', 'genetlink-legacy', 'netlink-raw'] as const

function formatsAt(place: Place): SpecFormat[] {
  return place.elements().map((each) => ({
    value: String(each.object(['value', 'fixed-header', 'attribute-set']).at('value').value),
    header: each.at('fixed-header').nameIfAny(),
    set: each.at('attribute-set').nameIfAny(),
  }))
}

function groupsAt(place: Place) {
  return (place.isAbsent ? [] : place.object(['list']).at('list').elements()).map((each) => ({
    name: each.object(['name', 'value', 'flags', 'c-define-name', 'doc']).at('name').name(),
    number: each.at('value').numberIfAny(0xffff),
  }))
}

/**
 * Reads a parsed YAML spec of a netlink family, Documentation/netlink/ of the kernel: checks it and fills in the numbers that it
 * implies. References are checked when the family is declared.
 * @throws {SpecError} for what the schemas of the kernel do not allow, with its place
 */
export function readSpec(value: unknown): Spec {
  const place = new Place(value).object(SPEC)
  const name = place.at('name').name()
  const protocol = place.at('protocol').isAbsent ? 'genetlink' : place.at('protocol').oneOf(PROTOCOLS)
  const definitions = place.at('definitions').elements()
  const constants = constantsIn(definitions)
  const subMessages = place.at('sub-messages').elements()
  return {
    name,
    doc: place.at('doc').textIfAny(),
    protocol,
    protocolNumber: protocol === 'netlink-raw' ? place.at('protonum').number(31) : undefined,
    version: place.at('version').numberIfAny(0xff) ?? 1,
    header: place.at('uapi-header').textIfAny() ?? `linux/${name}.h`,
    ...definitionsAt(definitions, name, constants),
    sets: setsAt(place.at('attribute-sets').elements(), name),
    subMessages: new Map(subMessages.map((each) => [each.at('name').name(), formatsAt(each.at('formats'))])),
    operations: operationsAt(place.at('operations'), name),
    groups: groupsAt(place.at('mcast-groups')),
  }
}
