/** An attribute as the mutations see it: without the meaning of its type. */
export interface Node {
  /** Includes the NLA_F bits. */
  type: number
  body: Buffer | Node[]
}

const NLA_HDRLEN = 4
const NLA_TYPE_MASK = 0x3fff
/** Largest plausible type: no nest of the kernel has more. A larger number means that the payload only looks like attributes. */
const PLAUSIBLE = 512
const DEEPEST = 12

const align = (length: number) => (length + 3) & ~3

/** Parses attributes. Returns undefined if `bytes` are not attributes. The leaves are views of `bytes`. */
export function parse(bytes: Buffer, depth = 0): Node[] | undefined {
  const nodes: Node[] = []
  for (let at = 0; at < bytes.length; ) {
    if (bytes.length - at < NLA_HDRLEN) return undefined
    const length = bytes.readUInt16LE(at)
    const type = bytes.readUInt16LE(at + 2)
    if (length < NLA_HDRLEN || at + length > bytes.length || (type & NLA_TYPE_MASK) > PLAUSIBLE) return undefined
    const payload = bytes.subarray(at + NLA_HDRLEN, at + length)
    const inner = payload.length >= NLA_HDRLEN && depth < DEEPEST ? parse(payload, depth + 1) : undefined
    nodes.push({ type, body: inner ?? payload })
    at += align(length)
  }
  return nodes
}

/** Encodes attributes, independently of the writer under test. A length that overflows wraps around. */
export function serialise(nodes: readonly Node[]): Buffer {
  const parts: Buffer[] = []
  for (const { type, body } of nodes) {
    const payload = Array.isArray(body) ? serialise(body) : body
    const bytes = Buffer.alloc(align(NLA_HDRLEN + payload.length))
    bytes.writeUInt16LE((NLA_HDRLEN + payload.length) & 0xffff, 0)
    bytes.writeUInt16LE(type, 2)
    bytes.set(payload, NLA_HDRLEN)
    parts.push(bytes)
  }
  return Buffer.concat(parts)
}

/** A position of a node in its list. */
export interface Spot {
  readonly list: Node[]
  readonly index: number
}

/** Returns the positions of all nodes of a tree, outer ones first. */
export function spotsOf(nodes: Node[], into: Spot[] = []): Spot[] {
  for (const [index, { body }] of nodes.entries()) {
    into.push({ list: nodes, index })
    if (Array.isArray(body)) spotsOf(body, into)
  }
  return into
}

/** Copies the lists of a tree. The leaves are shared. */
export const copy = (nodes: readonly Node[]): Node[] =>
  nodes.map(({ type, body }) => ({ type, body: Array.isArray(body) ? copy(body) : body }))
