import type { Declaration } from '@netloom/netlink/codec'

/** The parts of a declaration that determine its bytes. */
interface Shaped extends Declaration<unknown> {
  readonly multi?: boolean
  readonly size?: number
  readonly target?: Shaped
  readonly element?: Shaped
}

/** Addresses: the library has them as text, a spec as numbers or bytes. */
const addresses: Readonly<Record<string, string>> = {
  'IPv4 address': 'u32be',
  'IPv6 address': 'IP address',
  'MAC address': 'link-layer address',
}

/** Returns what a payload has on the wire, in one word: `u32be`, `nest`, `struct of 8 bytes`. */
function wireOf(declaration: Shaped): string {
  const { kind, name, size, target, element } = declaration
  if (target !== undefined) return wireOf(target)
  if (kind === 'select' || kind === 'selectOuter' || kind === 'choice') return 'any'
  if (kind === 'attributes' || kind === 'list' || kind === 'indexed' || declaration.nested) return 'nest'
  if (kind === 'struct') return `struct of ${size} bytes`
  if (kind === 'array' && element?.kind === 'integer') return `${element.name}[]`
  return addresses[name] ?? name
}

/** Returns the shape of an attribute: what it has on the wire, and whether it occurs several times. */
export const shapeOf = (declaration: Declaration<unknown>): string =>
  `${(declaration as Shaped).multi ? 'several ' : ''}${wireOf(declaration as Shaped)}`

/** True if our declaration has the shape of the spec. A spec often says no more than `binary`, and cannot say that it depends on the family. */
export function fits(ofSpec: string, ours: string): boolean {
  const [ofSpecOnce, once] = [ofSpec.replace('several ', ''), ours.replace('several ', '')]
  const isSameCount = ofSpec.startsWith('several ') === ours.startsWith('several ')
  return isSameCount && (ofSpecOnce === once || ofSpecOnce === 'bytes' || once === 'any')
}
