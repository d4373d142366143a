import type { Seed } from './seeds.js'
import { copy, type Node, parse, type Spot, serialise, spotsOf } from './tree.js'

/** One change: which, where, and with what; plain numbers, so that fast-check can shrink them. */
export type Change = readonly [kind: number, where: number, what: number]

/** Numbers at which something may turn over. */
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

const numberOf = (what: number, size: number): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt.asUintN(64, (EDGES[what % EDGES.length] ?? 0n) * (what & 64 ? -1n : 1n)))
  return Buffer.from(bytes.subarray(0, size))
}

const bodyOf = ({ body }: Node): Buffer => (Array.isArray(body) ? serialise(body) : body)

type Nodes = (spot: Spot, what: number, pool: readonly Node[]) => void

const at = ({ list, index }: Spot): Node => list[index] ?? { type: 0, body: Buffer.alloc(0) }
const put = ({ list, index }: Spot, node: Node) => {
  list[index] = node
}

/** Changes that know the format: what comes out is well-formed. */
const structural: readonly Nodes[] = [
  function remove({ list, index }) {
    list.splice(index, 1)
  },
  function repeat(spot, what) {
    spot.list.splice(spot.index, 0, ...Array.from({ length: 1 + (what % 4) }, () => copy([at(spot)])).flat())
  },
  function repeatAtTheEnd(spot) {
    spot.list.push(...copy([at(spot)]))
  },
  function move(spot, what) {
    const [node] = spot.list.splice(spot.index, 1)
    if (node) spot.list.splice(what % (spot.list.length + 1), 0, node)
  },
  function renumber(spot, what) {
    put(spot, { ...at(spot), type: (at(spot).type & 0xc000) | (what % 80) })
  },
  function renumberAnyhow(spot, what) {
    put(spot, { ...at(spot), type: what & 0xffff })
  },
  function flag(spot, what) {
    put(spot, { ...at(spot), type: at(spot).type ^ (what & 1 ? 0x4000 : 0x8000) })
  },
  function shorten(spot, what) {
    const body = bodyOf(at(spot))
    put(spot, { ...at(spot), body: body.subarray(0, what % (body.length + 1)) })
  },
  function lengthen(spot, what) {
    put(spot, { ...at(spot), body: Buffer.concat([bodyOf(at(spot)), Buffer.alloc(1 + (what % 9), what >> 4)]) })
  },
  function becomeNumber(spot, what) {
    put(spot, { ...at(spot), body: numberOf(what >> 2, 2 ** (what & 3)) })
  },
  function setNumber(spot, what) {
    const body = Buffer.from(bodyOf(at(spot)))
    if (body.length > 0) numberOf(what, Math.min(8, body.length)).copy(body, (what >> 4) % body.length)
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
  function insertAnother(spot, what, pool) {
    const other = pool[what % pool.length]
    if (other) spot.list.splice(spot.index, 0, ...copy([other]))
  },
  function takeAnothersBody(spot, what, pool) {
    const other = pool[what % pool.length]
    if (other) put(spot, { type: at(spot).type, body: copy([other])[0]?.body ?? [] })
  },
  function putInto(spot, what, pool) {
    const other = pool[what % pool.length]
    const { body } = at(spot)
    if (other && Array.isArray(body)) body.push(...copy([other]))
  },
]

type Bytes = (bytes: Buffer, where: number, what: number) => Buffer

const without = (bytes: Buffer, from: number, count: number) =>
  Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + count)])
const withByte = (bytes: Buffer, at: number, value: number) => {
  if (bytes.length > 0) bytes[at % bytes.length] = value
  return bytes
}

/** Changes that know nothing: lengths lie, bytes flip, ends are missing. */
const blind: readonly Bytes[] = [
  (bytes, where, what) => withByte(bytes, where, (bytes[where % (bytes.length || 1)] ?? 0) ^ (1 << (what & 7))),
  (bytes, where, what) => withByte(bytes, where, what & 255),
  (bytes, where) => bytes.subarray(0, where % (bytes.length + 1)),
  (bytes, _where, what) => Buffer.concat([bytes, Buffer.alloc(1 + (what % 21), what >> 5)]),
  (bytes, where, what) => without(bytes, where % (bytes.length + 1), 1 + (what % 7)),
  (bytes, where, what) => {
    const from = where % (bytes.length + 1)
    return Buffer.concat([bytes.subarray(0, from), Buffer.alloc(1 + (what % 7), what >> 3), bytes.subarray(from)])
  },
  // At multiples of four lengths and types stand.
  (bytes, where, what) => withByte(bytes, (where % (bytes.length || 1)) & ~3, what & 31),
  (bytes, where, what) => withByte(bytes, ((where % (bytes.length || 1)) & ~3) + 1, what & 255),
  (bytes, where, what) => withByte(bytes, ((where % (bytes.length || 1)) & ~3) + 2, what & 63),
]

/** How many kinds of changes there are, those that know the format first. */
export const KINDS = structural.length + blind.length
export const STRUCTURAL = structural.length

/** The attributes of a seed, in a list that is nobody else's. */
const treeOf = ({ bytes, header }: Pick<Seed, 'bytes' | 'header'>): Node[] => parse(bytes.subarray(header)) ?? []

/** All attributes of `seeds`, of any depth: what can be spliced into another message. */
export const poolOf = (seeds: readonly Seed[]): Node[] =>
  seeds.flatMap((seed) => spotsOf(treeOf(seed)).map(({ list, index }) => list[index] as Node))

/** Repeated repeating grows without bound. */
const MOST_NODES = 400

/** The bytes of a seed with changes made to them: first those to its attributes, then those to its bytes. */
export function mutated(
  seed: Pick<Seed, 'bytes' | 'header'>,
  changes: readonly Change[],
  pool: readonly Node[],
): Buffer {
  let bytes = Buffer.from(seed.bytes)
  const known = changes.filter(([kind]) => kind < STRUCTURAL)
  if (known.length > 0) {
    const tree = treeOf({ ...seed, bytes })
    for (const [kind, where, what] of known) {
      const spots = spotsOf(tree)
      const spot = spots[where % (spots.length || 1)] ?? { list: tree, index: 0 }
      if (spots.length > MOST_NODES) break
      if (spots.length > 0 || kind >= 14) structural[kind]?.(spot, what, pool)
    }
    bytes = Buffer.concat([bytes.subarray(0, seed.header), serialise(tree)])
  }
  for (const [kind, where, what] of changes) {
    bytes = (blind[kind - STRUCTURAL]?.(bytes, where, what) as Buffer<ArrayBuffer> | undefined) ?? bytes
  }
  return bytes
}
