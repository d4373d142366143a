import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { kernelSpecs } from '../support/specs.js'
import { type ComparedAttribute, comparedSpec } from './compared.js'
import { differences, undeclared, without } from './differences.js'

/** Compares the attributes of our declarations with the specs of the kernel: number, payload and nesting. */
const test = suiteNeeding('declarations and the specs of the kernel', 'specs')

/** Explained differences that were found. */
const used = new Set<string>()

function faultOf({ name, spec, ours, reason }: ComparedAttribute): string[] {
  used.add(name)
  const what = ours.map(({ number, shape }) => `${shape} (${number})`).join(' or ') || 'nothing'
  return reason === undefined ? [`${name}: the spec has ${spec.shape} (${spec.number}), we have ${what}`] : []
}

for (const spec of kernelSpecs.keys())
  if (!undeclared.includes(spec))
    test(spec, async () => {
      const { attributes } = await comparedSpec(spec)
      assert.equal(attributes.filter(({ isEqual }) => !isEqual).flatMap(faultOf), [])
    })

test('each explained difference is there', () => {
  assert.equal(
    [...differences.keys(), ...Object.keys(without)].filter((name) => !used.has(name)),
    [],
  )
})

test.run()
