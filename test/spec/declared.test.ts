import type { AttributeSet, Declaration } from '@netloom/netlink/codec'
import { parseSpec } from '@netloom/netlink/spec'
import * as assert from 'uvu/assert'
import { declare } from '../../packages/netlink/dist/spec/evaluate.js'
import { families } from '../netlink/headers/index.js'
import { isSet } from '../support/header-family.js'
import { suiteNeeding } from '../support/privileges.js'
import { kernelSpecs, specText } from '../support/specs.js'
import { differences, undeclared, without } from './differences.js'
import { renamed } from './renamed.js'
import { fits, shapeOf } from './shapes.js'

/** Compares the attributes of our declarations with the specs of the kernel: number, payload and nesting. */
const test = suiteNeeding('declarations and the specs of the kernel', 'specs')

interface Row {
  readonly number: number
  readonly shape: string
}

const setsIn = (values: Iterable<unknown>) => [...values].filter((each): each is AttributeSet => isSet(each))

const rowsOf = (set: AttributeSet) =>
  [...set.rows().byKey.values()].map(({ kernelName, type, multi, declaration }) => {
    const payload = { ...declaration, ...(multi && { multi }) } as Declaration<unknown>
    return [kernelName, { number: type, shape: shapeOf(payload) }] as const
  })

const exported = Object.assign({}, ...families.flatMap(({ declarations }) => declarations)) as Readonly<
  Record<string, unknown>
>

/** Our attributes, by the kernel's name. Some names belong to several sets. */
const ours = new Map<string, Row[]>()
for (const [name, row] of setsIn(families.flatMap(({ declarations }) => declarations.flatMap(Object.values))).flatMap(
  rowsOf,
))
  ours.set(name, [...(ours.get(name) ?? []), row])

/** Returns our attributes for one of a spec: those with its name, or of its number in the set that has another name there. */
function counterparts(spec: string, identifier: string, name: string, { number }: Row): readonly Row[] | undefined {
  const other = renamed[spec]?.[identifier]
  if (other === undefined) return ours.get(name)
  const set = exported[other]
  assert.ok(isSet(set), `${spec}: ${other} is no set`)
  return rowsOf(set as AttributeSet).flatMap(([, row]) => (row.number === number ? [row] : []))
}

/** Explained differences that were found. */
const used = new Set<string>()

async function faultsOf(spec: string): Promise<string[]> {
  const { declared } = declare(await parseSpec(specText(spec)))
  return [...declared].flatMap(([identifier, set]) =>
    setsIn([set])
      .flatMap(rowsOf)
      .flatMap(([name, row]) => {
        const found = counterparts(spec, identifier, name, row) ?? []
        if (found.some((each) => each.number === row.number && fits(row.shape, each.shape))) return []
        used.add(name)
        const isExplained = found.length === 0 ? name in without : differences.has(name)
        const what = found.map(({ number, shape }) => `${shape} (${number})`).join(' or ') || 'nothing'
        return isExplained ? [] : [`${name}: the spec has ${row.shape} (${row.number}), we have ${what}`]
      }),
  )
}

for (const spec of kernelSpecs.keys())
  if (!undeclared.includes(spec)) test(spec, async () => assert.equal(await faultsOf(spec), []))

test('each explained difference is there', () => {
  assert.equal(
    [...differences.keys(), ...Object.keys(without)].filter((name) => !used.has(name)),
    [],
  )
})

test.run()
