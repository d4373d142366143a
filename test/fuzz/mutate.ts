import type { Seed } from './seeds.js'
import { copy, type Node, parse, type Spot, serialise, spotsOf } from './tree.js'

/** One change: kind, position and operand. Plain numbers, so that fast-check can shrink them. */
export type Change = readonly [kind: number, where: number, operand: number]

/** Numbers that may cause overflows. */
const EDGES = [
  0n,
  1n,
  2n,
  3n,
  4n,
  127n,
  128n,
  255n,
  256n,
  0x7fffn,
  0x8000n,
  0xffffn,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 63n,
]

const numberOf = (operand: number, size: number): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt.asUintN(64, (EDGES[operand % EDGES.length] ?? 0n) * (operand & 64 ? -1n : 1n)))
  return Buffer.from(bytes.subarray(0, size))
}

const bodyOf = ({ body }: Node): Buffer => (Array.isArray(body) ? serialise(body) : body)

type Nodes = (spot: Spot, operand: number, pool: readonly Node[]) => void

const at = ({ list, index }: Spot): Node => list[index] ?? { type: 0, body: Buffer.alloc(0) }
const put = ({ list, index }: Spot, node: Node) => {
  list[index] = node
}

/** Changes to attributes. The result is well-formed. */
const structural: readonly Nodes[] = [
  function remove({ list, index }) {
    list.splice(index, 1)
  },
  function repeat(spot, operand) {
    spot.list.splice(spot.index, 0, ...Array.from({ length: 1 + (operand % 4) }, () => copy([at(spot)])).flat())
  },
  function repeatAtTheEnd(spot) {
    spot.list.push(...copy([at(spot)]))
  },
  function move(spot, operand) {
    const [node] = spot.list.splice(spot.index, 1)
    if (node) spot.list.splice(operand % (spot.list.length + 1), 0, node)
  },
  function renumber(spot, operand) {
    put(spot, { ...at(spot), type: (at(spot).type & 0xc000) | (operand % 80) })
  },
  function renumberFreely(spot, operand) {
    put(spot, { ...at(spot), type: operand & 0xffff })
  },
  function flag(spot, operand) {
    put(spot, { ...at(spot), type: at(spot).type ^ (operand & 1 ? 0x4000 : 0x8000) })
  },
  function shorten(spot, operand) {
    const body = bodyOf(at(spot))
    put(spot, { ...at(spot), body: body.subarray(0, operand % (body.length + 1)) })
  },
  function lengthen(spot, operand) {
    put(spot, { ...at(spot), body: Buffer.concat([bodyOf(at(spot)), Buffer.alloc(1 + (operand % 9), operand >> 4)]) })
  },
  function becomeNumber(spot, operand) {
    put(spot, { ...at(spot), body: numberOf(operand >> 2, 2 ** (operand & 3)) })
  },
  function setNumber(spot, operand) {
    const body = Buffer.from(bodyOf(at(spot)))
    if (body.length > 0) numberOf(operand, Math.min(8, body.length)).copy(body, (operand >> 4) % body.length)
    put(spot, { ...at(spot), body })
  },
  function empty(spot) {
    put(spot, { ...at(spot), body: [] })
  },
  function nest(spot) {
    put(spot, { type: at(spot).type, body: [at(spot)] })
  },
  function unnest({ list, index }) {
    const { body } = at({ list, index })
    if (Array.isArray(body)) list.splice(index, 1, ...body)
  },
  function insertOther(spot, operand, pool) {
    const other = pool[operand % pool.length]
    if (other) spot.list.splice(spot.index, 0, ...copy([other]))
  },
  function copyOtherBody(spot, operand, pool) {
    const other = pool[operand % pool.length]
    if (other) put(spot, { type: at(spot).type, body: copy([other])[0]?.body ?? [] })
  },
  function putInto(spot, operand, pool) {
    const other = pool[operand % pool.length]
    const { body } = at(spot)
    if (other && Array.isArray(body)) body.push(...copy([other]))
  },
]

type Bytes = (bytes: Buffer, where: number, operand: number) => Buffer

const without = (bytes: Buffer, from: number, count: number) =>
  Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + count)])
const withByte = (bytes: Buffer, at: number, value: number) => {
  if (bytes.length > 0) bytes[at % bytes.length] = value
  return bytes
}

/** Changes to bytes, which ignore the format: wrong lengths, flipped bits, missing ends. */
const blind: readonly Bytes[] = [
  (bytes, where, operand) => withByte(bytes, where, (bytes[where % (bytes.length || 1)] ?? 0) ^ (1 << (operand & 7))),
  (bytes, where, operand) => withByte(bytes, where, operand & 255),
  (bytes, where) => bytes.subarray(0, where % (bytes.length + 1)),
  (bytes, _where, operand) => Buffer.concat([bytes, Buffer.alloc(1 + (operand % 21), operand >> 5)]),
  (bytes, where, operand) => without(bytes, where % (bytes.length + 1), 1 + (operand % 7)),
  (bytes, where, operand) => {
    const from = where % (bytes.length + 1)
    return Buffer.concat([bytes.subarray(0, from), Buffer.alloc(1 + (operand % 7), operand >> 3), bytes.subarray(from)])
  },
  // Lengths and types are at multiples of four.
  (bytes, where, operand) => withByte(bytes, (where % (bytes.length || 1)) & ~3, operand & 31),
  (bytes, where, operand) => withByte(bytes, ((where % (bytes.length || 1)) & ~3) + 1, operand & 255),
  (bytes, where, operand) => withByte(bytes, ((where % (bytes.length || 1)) & ~3) + 2, operand & 63),
]

/** Number of kinds of changes. The structural ones come first. */
export const KINDS = structural.length + blind.length
export const STRUCTURAL = structural.length

/** Parses the attributes of a seed into a new tree. */
const treeOf = ({ bytes, header }: Pick<Seed, 'bytes' | 'header'>): Node[] => parse(bytes.subarray(header)) ?? []

/** Returns all attributes of `seeds`, of any depth, to insert into other messages. */
export const poolOf = (seeds: readonly Seed[]): Node[] =>
  seeds.flatMap((seed) => spotsOf(treeOf(seed)).map(({ list, index }) => list[index] as Node))

/** Limit of nodes, because repeated repetition grows exponentially. */
const MOST_NODES = 400

/** Applies changes to a seed: first those to its attributes, then those to its bytes. */
export function mutated(
  seed: Pick<Seed, 'bytes' | 'header'>,
  changes: readonly Change[],
  pool: readonly Node[],
): Buffer {
  let bytes = Buffer.from(seed.bytes)
  const structuralChanges = changes.filter(([kind]) => kind < STRUCTURAL)
  if (structuralChanges.length > 0) {
    const tree = treeOf({ ...seed, bytes })
    for (const [kind, where, operand] of structuralChanges) {
      const spots = spotsOf(tree)
      const spot = spots[where % (spots.length || 1)] ?? { list: tree, index: 0 }
      if (spots.length > MOST_NODES) break
      if (spots.length > 0 || kind >= 14) structural[kind]?.(spot, operand, pool)
    }
    bytes = Buffer.concat([bytes.subarray(0, seed.header), serialise(tree)])
  }
  for (const [kind, where, operand] of changes) {
    bytes = (blind[kind - STRUCTURAL]?.(bytes, where, operand) as Buffer<ArrayBuffer> | undefined) ?? bytes
  }
  return bytes
}
