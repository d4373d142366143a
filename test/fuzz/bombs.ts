import { align, type Declaration, type Table } from '@netloom/netlink/codec'
import { partsOf } from './parts.js'

/** The longest payload an attribute can have. */
export const LARGEST = 0xffff - 4

/** An attribute in the host's order, padded. */
export function attribute(type: number, payload: Uint8Array): Buffer {
  const bytes = Buffer.alloc(align(4 + payload.length))
  const view = new Uint16Array(2)
  view.set([4 + payload.length, type])
  bytes.set(new Uint8Array(view.buffer))
  bytes.set(payload, 4)
  return bytes
}

/** `count` copies. */
export const times = (count: number, bytes: Uint8Array) => Buffer.concat(Array.from({ length: count }, () => bytes))

/** One attribute in another in another, all of one number, as deep as `size` bytes go. */
export function nestOf(type: number, size = LARGEST & ~3): Buffer {
  const view = new Uint16Array(size / 2)
  for (let at = 0; at + 4 <= size; at += 4) view.set([size - at, type], at / 2)
  return Buffer.from(view.buffer)
}

/** Puts what is inside into what is around it. */
type Wrap = (inner: Buffer) => Buffer

/** A way from a declaration back to itself. */
export interface Cycle {
  readonly name: string
  readonly from: Declaration<unknown>
  /** Of the cycle, outermost first. */
  readonly wraps: readonly Wrap[]
}

interface Step {
  readonly declaration: Declaration<unknown>
  readonly name: string
  readonly wrap: Wrap
}

const textOf = (name: string) =>
  /^\d+$/.test(name) ? Buffer.from(new Uint32Array([Number(name)]).buffer) : Buffer.from(`${name}\0`)

/** The declarations in an attribute's row, each with what must stand beside it. */
function* inRow(table: Table, key: string): Generator<Step> {
  const [type, declaration] = table[key] ?? []
  if (type === undefined || declaration === undefined) return
  const { selector, cases, otherwise } = partsOf(declaration)
  const around =
    (before: Buffer): Wrap =>
    (inner) =>
      Buffer.concat([before, attribute(type, inner)])
  if (cases === undefined) yield { declaration, name: key, wrap: around(Buffer.alloc(0)) }
  const selecting = selector === undefined ? undefined : table[selector]?.[0]
  for (const [name, chosen] of Object.entries(cases ?? {})) {
    const before = selecting === undefined ? Buffer.alloc(0) : attribute(selecting, textOf(name))
    yield { declaration: chosen, name: `${key}=${name}`, wrap: around(before) }
  }
  if (otherwise) yield { declaration: otherwise, name: key, wrap: around(Buffer.alloc(0)) }
}

/** What a declaration contains. */
function* inside(declaration: Declaration<unknown>): Generator<Step> {
  const { table, header, attrs, rest, element, target, name } = partsOf(declaration)
  const plain: Wrap = (inner) => inner
  for (const key of Object.keys(table ?? {})) yield* inRow(table ?? {}, key)
  const behind = attrs ?? rest
  if (header && behind) {
    const head = Buffer.alloc(attrs ? align(header.size) : header.size)
    yield { declaration: behind, name, wrap: (inner) => Buffer.concat([head, inner]) }
  }
  if (target) yield { declaration: target, name, wrap: plain }
  if (element && declaration.nested) yield { declaration: element, name: '1', wrap: (inner) => attribute(1, inner) }
}

/** All ways by which `root` comes back to something that it went through. */
export function cyclesOf(root: Declaration<unknown>): Cycle[] {
  const cycles: Cycle[] = []
  const done = new Set<Declaration<unknown>>()
  const visit = (declaration: Declaration<unknown>, path: readonly Step[]) => {
    const start = path.findIndex((step) => step.declaration === declaration)
    if (start >= 0 && start < path.length - 1) {
      const round = path.slice(start + 1)
      cycles.push({
        name: round.map(({ name }) => name).join(' > '),
        from: declaration,
        wraps: round.map(({ wrap }) => wrap),
      })
      return
    }
    if (done.has(declaration)) return
    done.add(declaration)
    for (const step of inside(declaration)) visit(step.declaration, [...path, step])
  }
  visit(root, [{ declaration: root, name: '', wrap: (inner) => inner }])
  return cycles
}

/** As many rounds of a cycle as `size` bytes hold. */
export function bombOf({ wraps }: Cycle, size = LARGEST - 64): Buffer {
  let bytes: Buffer = Buffer.alloc(0)
  for (;;) {
    const larger = wraps.reduceRight((inner, wrap) => wrap(inner), bytes)
    if (larger.length > size || larger.length === bytes.length) return bytes
    bytes = larger
  }
}
