import { align, type Declaration, hostOrder, NLA_TYPE_MASK } from '@netloom/netlink/codec'
import fc from 'fast-check'
import { property } from '../support/fuzz.js'
import { attribute, type Cycle, cyclesOf } from './bombs.js'
import { generable } from './declared.js'
import { Choices, generated } from './generate.js'
import { encoded } from './invariants.js'
import { headerSize, partsOf } from './parts.js'
import { expectLinearSteps } from './time.js'
import { type Node, parse, serialise } from './tree.js'

// Generated messages at two sizes: the time per byte must not grow.

interface Case {
  readonly index: number
  readonly numbers: Uint32Array
  readonly changes: Uint32Array
}

const declarations = generable().filter(({ declaration }) => {
  const { attrs, table } = partsOf(declaration)
  return attrs !== undefined || table !== undefined
})

const cyclesFrom = new Map<Declaration<unknown>, readonly Cycle[]>()

/** Returns a cycle that starts at the declaration, or undefined. */
function cycleOf(declaration: Declaration<unknown>): Cycle | undefined {
  const cycles = cyclesFrom.get(declaration) ?? cyclesOf(declaration)
  cyclesFrom.set(declaration, cycles)
  return cycles.find(({ from }) => from === declaration)
}

/** Changes to attributes that a sender can make, or that add unknown attributes. */
const changes: readonly ((nodes: Node[], choices: Choices) => Node[])[] = [
  (nodes) => nodes,
  (nodes) => [...nodes].reverse(),
  (nodes, choices) => nodes.slice(0, 1 + choices.below(3)),
  (nodes) => nodes.map(({ type, body }) => ({ type: type & NLA_TYPE_MASK, body })),
  (nodes, choices) => [...nodes, { type: 1 + choices.below(400), body: Buffer.alloc(choices.below(9)) }],
  (nodes, choices) => [...nodes, { type: 1 + choices.below(40), body: [] }],
  (nodes) => nodes.flatMap((node) => [node, node, node]),
  (nodes, choices) => nodes.map((node) => (choices.below(3) === 0 ? { ...node, body: [node, node] } : node)),
]

/** Returns the header of a message, and the attributes to repeat. */
function unitOf({ index, numbers, changes: numbered }: Case) {
  const { name, declaration } = declarations[index] as (typeof declarations)[number]
  const header = align(headerSize(declaration))
  const bytes = encoded(declaration, generated(declaration, numbers), hostOrder)
  const choices = new Choices(numbered)
  let nodes = parse(bytes.subarray(header)) ?? []
  for (let count = choices.below(4); count > 0; count--) nodes = choices.of(changes)(nodes, choices)
  if (nodes.length === 0) nodes = [{ type: 1 + choices.below(60), body: Buffer.alloc(4) }]
  return { name, declaration, head: bytes.subarray(0, header), unit: serialise(nodes), choices }
}

const LARGEST_NEST = 60_000

function shapeOf(each: Case) {
  const { name, declaration, head, unit, choices } = unitOf(each)
  const cycle = choices.below(3) === 0 ? cycleOf(declaration) : undefined
  const depth = choices.below(30)
  const numbered = choices.below(6) === 5
  const shape = (size: number): Buffer => {
    const count = Math.max(1, Math.floor((size - head.length) / (unit.length || 4)))
    const body = numbered
      ? Array.from({ length: size / 4 }, (_, number) => attribute(300 + (number % 16_000), Buffer.alloc(0)))
      : Array.from({ length: count }, () => unit)
    const whole = Buffer.concat([head, ...body])
    return cycle ? nested(cycle, whole, depth) : whole
  }
  const sizes: [number, number] = cycle ? [LARGEST_NEST / 8, LARGEST_NEST] : [8192, 65_536]
  return { name, declaration, unit, shape, sizes }
}

/** Wraps `inner` in `depth` rounds of a cycle. */
function nested({ wraps }: Cycle, inner: Buffer, depth: number): Buffer {
  let bytes = inner
  for (let level = 0; level < depth && bytes.length < 65_000; level++)
    bytes = wraps.reduceRight((within, wrap) => wrap(within), bytes)
  return bytes
}

// One run takes as long as a thousand of other properties.
export const share = 0.001

export const properties = [
  property<Case>({
    name: 'the time per byte of generated messages does not grow',
    arbitrary: fc.record({
      index: fc.nat(declarations.length - 1),
      numbers: fc.uint32Array({ maxLength: 60 }),
      changes: fc.uint32Array({ minLength: 4, maxLength: 16 }),
    }),
    check(each) {
      const { name, declaration, shape, sizes } = shapeOf(each)
      expectLinearSteps(name, declaration, shape, sizes)
    },
    explain(each) {
      const { name, unit, shape } = shapeOf(each)
      return `${name}: ${shape(64).toString('hex')}, repeating ${unit.toString('hex')}`
    },
  }),
]
