import { kernelNameOf } from '../codec/attribute-table.js'
import { show } from '../codec/error.js'
import { SpecError } from './error.js'
import { array, call, type Declared, type Expression, literal, type Member, object, reference } from './expression.js'
import { familyOf } from './family.js'
import { Identifiers, typeName } from './identifiers.js'
import { constantName, keyOf, withPrefix } from './names.js'
import { type Context, payloadOf, selectorIn } from './payloads.js'
import { structOf } from './structs.js'
import type { Spec, SpecAttribute, SpecEnum, SpecSet } from './types.js'

/** Adds the path of the place to an error. That of a set inside another one has its whole path already. */
function within<T>(path: readonly string[], step: () => T): T {
  try {
    return step()
  } catch (error) {
    const isNew = error instanceof SpecError && error.path[0] !== path[0]
    throw isNew ? new SpecError(error.reason, [...path, ...error.path]) : error
  }
}

function constantsOf({ kind, prefix, entries }: SpecEnum): Expression {
  const numbers = entries.map(({ name, number, doc }): Member => {
    const value = kind === 'flags' ? 2 ** number : number
    return { key: constantName(name), doc, value: literal(value) }
  })
  return call('constants', literal(prefix), object(numbers))
}

/** Declares the sets of a spec, each after those that it contains, as far as they do not contain each other. */
class Sets {
  readonly declared: Declared[] = []
  readonly #spec: Spec
  readonly #ids: Identifiers
  /** Sets that were begun; true if finished. */
  readonly #finished = new Map<string, boolean>()

  constructor(spec: Spec, ids: Identifiers) {
    this.#spec = spec
    this.#ids = ids
    for (const name of spec.sets.keys()) this.#declare(name)
  }

  #named(name: string): SpecSet {
    const set = this.#spec.sets.get(name)
    if (set === undefined) throw new SpecError(`expected one of the attribute-sets, got ${show(name)}`)
    return set
  }

  #declare(name: string): Expression {
    const set = this.#named(name)
    const known = this.#finished.get(name)
    if (known !== undefined) return reference(this.#ids.ofSet(name), !known)
    this.#finished.set(name, false)
    const rows = set.attributes.filter(({ type }) => type !== 'unused').map((attribute) => this.#row(attribute, set))
    const keys = rows.map(({ key }) => key)
    const twice = keys.find((key, index) => keys.indexOf(key) !== index)
    if (twice !== undefined)
      throw new SpecError(`expected different names, got two for the key ${twice}`, ['attribute-sets', name])
    this.#finished.set(name, true)
    const identifier = this.#ids.ofSet(name)
    const doc = `${set.prefix}_*, ${this.#spec.header}${set.doc ? `: ${set.doc}` : ''}`
    const expression = call('attributes', literal(set.prefix), object(rows))
    this.declared.push({ name: identifier, doc, expression, type: typeName(identifier) })
    return reference(identifier)
  }

  #row(attribute: SpecAttribute, set: SpecSet): Member {
    const { name, number, doc, prefix = set.prefix } = attribute
    const context: Context = {
      spec: this.#spec,
      ids: this.#ids,
      set,
      setNamed: (inner) => (this.#needsLate(inner) ? call('late', this.#declare(inner)) : this.#declare(inner)),
    }
    const payload = within(['attribute-sets', set.name, name], () => payloadOf(attribute, context))
    const [key, kernelName] = [keyOf(name), withPrefix(prefix, constantName(name))]
    const isDerived = kernelName === kernelNameOf(set.prefix, key)
    return { key, doc, value: array(literal(number), payload, ...(isDerived ? [] : [literal(kernelName)])) }
  }

  /** True if something in a set depends on attributes outside it, which must be decoded first. */
  #needsLate(name: string, outer: readonly string[] = []): boolean {
    if (outer.includes(name)) return false
    const set = this.#named(name)
    return set.attributes.some(
      ({ type, selector, nested }) =>
        (type === 'sub-message' && selectorIn(set, selector) === undefined) ||
        (nested !== undefined && this.#needsLate(nested, [...outer, name])),
    )
  }
}

/** Translates a spec into declarations, each after those that it uses. The last one is the family, or the protocol. */
export function declarationsOf(spec: Spec): Declared[] {
  const ids = new Identifiers(spec.name)
  const enums = [...spec.enums.values()].map((each): Declared => {
    const doc = `${each.prefix}_*, ${spec.header}${each.doc ? `: ${each.doc}` : ''}`
    return { name: ids.ofEnum(each), doc, expression: constantsOf(each) }
  })
  const structs = inOrder(spec).map((name): Declared => {
    const struct = spec.structs.get(name) as NonNullable<ReturnType<typeof spec.structs.get>>
    const expression = within(['definitions', name], () => structOf(struct, spec, ids))
    const identifier = ids.ofStruct(name)
    const doc = `\`struct ${name.replaceAll('-', '_')}\`, ${spec.header}${struct.doc ? `: ${struct.doc}` : ''}`
    return { name: identifier, doc, expression, type: typeName(identifier) }
  })
  const sets = new Sets(spec, ids).declared
  const all = [...enums, ...structs, ...sets, ...familyOf(spec, ids)]
  const twice = all.find(({ name }, index) => all.findIndex((other) => other.name === name) !== index)
  if (twice !== undefined) throw new SpecError(`expected different names, got two that are declared as ${twice.name}`)
  return all
}

/** Returns the names of the structs, each after those that it contains. */
function inOrder({ structs }: Spec): string[] {
  const ordered = new Set<string>()
  const add = (name: string) => {
    for (const { struct } of structs.get(name)?.members ?? [])
      if (struct !== undefined && struct !== name && !ordered.has(struct)) add(struct)
    if (structs.has(name)) ordered.add(name)
  }
  for (const name of structs.keys()) add(name)
  return [...ordered]
}
