import { align, type Declaration, type Table } from '@netloom/netlink/codec'
import { partsOf } from './parts.js'

/** Longest possible payload of an attribute, in bytes. */
export const LARGEST = 0xffff - 4

/** Returns a padded attribute in host byte order. */
export function attribute(type: number, payload: Uint8Array): Buffer {
  const bytes = Buffer.alloc(align(4 + payload.length))
  const view = new Uint16Array(2)
  view.set([4 + payload.length, type])
  bytes.set(new Uint8Array(view.buffer))
  bytes.set(payload, 4)
  return bytes
}

/** Returns `count` copies of `bytes`. */
export const times = (count: number, bytes: Uint8Array) => Buffer.concat(Array.from({ length: count }, () => bytes))

/** Returns attributes of one type nested in each other, as deep as `size` bytes allow. */
export function nestOf(type: number, size = LARGEST & ~3): Buffer {
  const view = new Uint16Array(size / 2)
  for (let at = 0; at + 4 <= size; at += 4) view.set([size - at, type], at / 2)
  return Buffer.from(view.buffer)
}

/** Wraps inner bytes in what encloses them. */
type Wrap = (inner: Buffer) => Buffer

/** A path from a declaration back to itself. */
export interface Cycle {
  readonly name: string
  readonly from: Declaration<unknown>
  /** The wraps of the path, outermost first. */
  readonly wraps: readonly Wrap[]
}

interface Step {
  readonly declaration: Declaration<unknown>
  readonly name: string
  readonly wrap: Wrap
}

const textOf = (name: string) =>
  /^\d+$/.test(name) ? Buffer.from(new Uint32Array([Number(name)]).buffer) : Buffer.from(`${name}\0`)

/** Yields the declarations in the row of an attribute. Each wrap adds the selector that the declaration needs. */
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

/** Yields the declarations that a declaration contains. */
function* inside(declaration: Declaration<unknown>): Generator<Step> {
  const { table, header, attrs, rest, element, target, name } = partsOf(declaration)
  const plain: Wrap = (inner) => inner
  for (const key of Object.keys(table ?? {})) yield* inRow(table ?? {}, key)
  const content = attrs ?? rest
  if (header && content) {
    const head = Buffer.alloc(attrs ? align(header.size) : header.size)
    yield { declaration: content, name, wrap: (inner) => Buffer.concat([head, inner]) }
  }
  if (target) yield { declaration: target, name, wrap: plain }
  if (element && declaration.nested) yield { declaration: element, name: '1', wrap: (inner) => attribute(1, inner) }
}

/** Returns all cycles that can be reached from `root`. */
export function cyclesOf(root: Declaration<unknown>): Cycle[] {
  const cycles: Cycle[] = []
  const done = new Set<Declaration<unknown>>()
  const visit = (declaration: Declaration<unknown>, path: readonly Step[]) => {
    const start = path.findIndex((step) => step.declaration === declaration)
    if (start >= 0 && start < path.length - 1) {
      const cycle = path.slice(start + 1)
      cycles.push({
        name: cycle.map(({ name }) => name).join(' > '),
        from: declaration,
        wraps: cycle.map(({ wrap }) => wrap),
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

/** Repeats a cycle as often as `size` bytes allow. */
export function bombOf({ wraps }: Cycle, size = LARGEST - 64): Buffer {
  let bytes: Buffer = Buffer.alloc(0)
  for (;;) {
    const larger = wraps.reduceRight((inner, wrap) => wrap(inner), bytes)
    if (larger.length > size || larger.length === bytes.length) return bytes
    bytes = larger
  }
}
