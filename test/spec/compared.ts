import type { AttributeSet, Declaration } from '@netloom/netlink/codec'
import { parseSpec, type Spec } from '@netloom/netlink/spec'
import { declare } from '../../packages/netlink/dist/spec/evaluate.js'
import { families } from '../netlink/headers/index.js'
import { isSet, numberedOf } from '../support/header-family.js'
import { specText } from '../support/specs.js'
import { differences, without } from './differences.js'
import { renamed, renamedMessages } from './renamed.js'
import { fits, shapeOf } from './shapes.js'

/** An attribute: its number, and what it has on the wire. */
interface Row {
  readonly number: number
  readonly shape: string
}

/** An attribute of a spec, next to ours. */
export interface ComparedAttribute {
  readonly name: string
  readonly spec: Row
  /** Our attributes of this name. */
  readonly ours: readonly Row[]
  /** True if one of ours has the number and the shape of the spec. */
  readonly isEqual: boolean
  /** Reason for the difference, or for the absence of one of ours; undefined if there is none. */
  readonly reason: string | undefined
}

/** A message of a spec, next to ours. */
export interface ComparedMessage {
  readonly name: string
  readonly isDeclared: boolean
}

/** A spec of the kernel, compared with our declarations. */
export interface ComparedSpec {
  readonly name: string
  readonly attributes: readonly ComparedAttribute[]
  readonly messages: readonly ComparedMessage[]
}

const declarations = families.flatMap((family) => family.declarations)
const setsIn = (values: Iterable<unknown>) => [...values].filter((each): each is AttributeSet => isSet(each))

const rowsOf = (set: AttributeSet) =>
  [...set.rows().byKey.values()].map(({ kernelName, type, multi, declaration }) => {
    const payload = { ...declaration, ...(multi && { multi }) } as Declaration<unknown>
    return [kernelName, { number: type, shape: shapeOf(payload) }] as const
  })

const exported = Object.assign({}, ...declarations) as Readonly<Record<string, unknown>>

/** Our attributes, by the kernel's name. Some names belong to several sets. */
const ours = new Map<string, Row[]>()
for (const [name, row] of setsIn(declarations.flatMap(Object.values)).flatMap(rowsOf))
  ours.set(name, [...(ours.get(name) ?? []), row])

/** The numbers of our messages, by name. */
const ourMessages = new Map(declarations.flatMap(Object.values).flatMap(numberedOf))

/** Returns our attributes for one of a spec: those with its name, or of its number in the set that has another name there. */
function counterparts(spec: string, identifier: string, name: string, { number }: Row): readonly Row[] {
  const other = renamed[spec]?.[identifier]
  if (other === undefined) return ours.get(name) ?? []
  const set = exported[other]
  if (!isSet(set)) throw new Error(`${spec}: ${other} is no set`)
  return rowsOf(set as AttributeSet).flatMap(([, row]) => (row.number === number ? [row] : []))
}

function comparedAttribute(spec: string, identifier: string, name: string, row: Row): ComparedAttribute {
  const found = counterparts(spec, identifier, name, row)
  const isEqual = found.some((each) => each.number === row.number && fits(row.shape, each.shape))
  const reason = found.length === 0 ? without[name] : differences.get(name)
  return { name, spec: row, ours: found, isEqual, reason: isEqual ? undefined : reason }
}

/** Returns the messages of a spec. A spec has another name for the same message as a notification. */
function messagesOf(spec: string, { operations }: Spec): ComparedMessage[] {
  const numbers = new Map(operations.map(({ name, request, reply }) => [name, request ?? reply]))
  const names = [...numbers.keys()].filter((name) => !name.endsWith('_NTF') || !numbers.has(name.slice(0, -4)))
  const other = renamedMessages[spec]
  const renamedNumbers = [...ourMessages].flatMap(([name, number]) => (other?.test(name) ? [number] : []))
  return names.map((name) => {
    const number = numbers.get(name)
    const isDeclared = other === undefined ? ourMessages.get(name) === number : renamedNumbers.includes(number ?? -1)
    return { name, isDeclared }
  })
}

/** Compares each attribute of a spec with ours: number, payload and nesting; and its messages by name and number. */
export async function comparedSpec(name: string): Promise<ComparedSpec> {
  const spec = await parseSpec(specText(name))
  const attributes = [...declare(spec).declared].flatMap(([identifier, set]) =>
    setsIn([set])
      .flatMap(rowsOf)
      .map(([attribute, row]) => comparedAttribute(name, identifier, attribute, row)),
  )
  return { name, attributes, messages: messagesOf(name, spec) }
}
