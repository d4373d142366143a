import { readFileSync } from 'node:fs'
import { type AttributeSet, type Declaration, ofKind } from '@netloom/netlink/codec'
import * as generic from '@netloom/netlink/generic'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { vectors } from '../support/vectors.js'

/**
 * Vectors from the policies of Linux 6.18, which rows/policies.ts has recorded (CTRL_CMD_GETPOLICY): for each attribute that a
 * command accepts, a payload of the type that the kernel requires. Policies do not contain the byte order of numbers.
 */

type Policies = Readonly<Record<string, Readonly<Record<string, readonly (readonly [path: number[], type: string])[]>>>>

const policies = JSON.parse(readFileSync(new URL('rows/policies.json', import.meta.url), 'utf8')) as Policies
const families = new Map(
  Object.values(generic as Readonly<Record<string, unknown>>)
    .filter((each): each is generic.GenericFamily => typeof each === 'object' && each !== null && 'byCommand' in each)
    .map((family) => [family.name, family]),
)

/** The payload of each type, and its value. Numbers are little endian. UINT and SINT have eight bytes here. */
const payloads: Readonly<Record<string, readonly [hex: string, value: unknown]>> = {
  U8: ['81', 0x81],
  U16: ['8281', 0x8182],
  U32: ['84838281', 0x81828384],
  U64: ['8887868584838281', 0x8182838485868788n],
  UINT: ['8887868584838281', 0x8182838485868788n],
  S8: ['81', -0x7f],
  S16: ['8281', -0x7e7e],
  S32: ['84838281', -0x7e7d7c7c],
  S64: ['8887868584838281', -0x7e7d7c7b7a797878n],
  SINT: ['8887868584838281', -0x7e7d7c7b7a797878n],
  FLAG: ['', true],
  NUL_STRING: ['7465787400', 'text'],
  BITFIELD32: ['8483828184838281', { value: 0x81828384, selector: 0x81828384 }],
}

/** Returns the attribute set of a nest; undefined for other payloads. */
function setOf(declaration: Declaration<unknown> | undefined): AttributeSet | undefined {
  const known = declaration && ofKind(declaration)
  if (known?.kind === 'lazy') return setOf(known.target)
  if (known?.kind === 'message') return setOf(known.attrs)
  return known?.kind === 'attributes' ? known : undefined
}

const rowOf = (set: AttributeSet | undefined, number: number | undefined) =>
  Object.entries(set?.table ?? {}).find(([, [type]]) => type === number)

/** Returns the set that contains the attribute at the end of the path. */
const holderOf = (set: AttributeSet | undefined, path: readonly number[]): AttributeSet | undefined =>
  path.slice(0, -1).reduce((inner: AttributeSet | undefined, number) => setOf(rowOf(inner, number)?.[1][1]), set)

/** Numbers in network byte order, and addresses, whose policy is a number. */
const inNetworkOrder = (declaration: Declaration<unknown>) => /be$|IPv4/.test(declaration.name)

const requestOf = (family: string, command: string) =>
  Object.values(families.get(family)?.messages ?? {}).find(([number]) => number === Number(command))?.[1]

const found = new Map<AttributeSet, Map<string, string>>()
const unknown: string[] = []
for (const [family, commands] of Object.entries(policies))
  for (const [command, attributes] of Object.entries(commands))
    for (const [path, type] of attributes) {
      const request = requestOf(family, command)
      if (request === undefined || payloads[type] === undefined) continue
      const holder = holderOf(setOf(request), path)
      const row = rowOf(holder, path.at(-1))
      if (holder === undefined || row === undefined) unknown.push(`${family} ${command}: ${path.join('.')} ${type}`)
      else if (!inNetworkOrder(row[1][1])) found.set(holder, (found.get(holder) ?? new Map()).set(row[0], type))
    }

const bytesOf = (number: number, hex: string) => {
  const bytes = Buffer.alloc(4 + Math.ceil(hex.length / 8) * 4)
  bytes.writeUInt16LE(4 + hex.length / 2)
  bytes.writeUInt16LE(number, 2)
  bytes.write(hex, 4, 'hex')
  return { LE: bytes.toString('hex') }
}

for (const [set, types] of found)
  vectors<object>(
    set as Declaration<object>,
    {
      correct: [...types].map(([key, type]) => {
        const [hex, value] = payloads[type] ?? ['', undefined]
        const [number, declaration] = set.table[key] ?? [0]
        return [{ [key]: declaration?.multi ? [value] : value }, bytesOf(number, hex)]
      }),
    },
    `${set.name} as the kernel accepts it`,
  )

const test = suite('policies of Linux 6.18')

test('every attribute that a declared command accepts has a row', () => {
  const count = [...found.values()].reduce((sum, { size }) => sum + size, 0)
  console.log(`${count} rows have the type of the kernel's policy`)
  assert.ok(count > 100)
  assert.equal(unknown, [])
})

test.run()
