/** A property that is given: its desired and its actual value. */
export interface Comparison {
  /** The option: `mtu`, `data.vlanFiltering`. */
  readonly key: string
  /** `undefined` if the option is left out. */
  readonly wanted: unknown
  readonly actual: unknown
  /** True if they match. If left out, the values are compared by {@link covers}. */
  readonly matches?: boolean
}

/** True if a property is left out, or has the desired value. */
export const isMatch = ({ wanted, actual, matches }: Comparison) => matches ?? covers(wanted, actual)

/**
 * Members of values with a mask, by the mask's name: `flags` of a VLAN (`struct ifla_vlan_flags`), `multiBoolopt` of a bridge
 * (`struct br_boolopt_multi`), and `struct nla_bitfield32`. Only the bits of the mask are given.
 */
export const masks = { mask: 'flags', optmask: 'optval', selector: 'value' } as const

/** Returns the bits of a value with a mask, and the mask; undefined for other values. */
function maskedBits(value: object): readonly [key: string, bits: number, mask: number] | undefined {
  const members = value as Readonly<Record<string, unknown>>
  for (const [maskKey, key] of Object.entries(masks)) {
    const [bits, mask] = [members[key], members[maskKey]]
    if (typeof bits === 'number' && typeof mask === 'number') return [key, bits, mask]
  }
  return undefined
}

/** True if everything in `wanted` is in `actual`. Members that are left out are not compared. */
export function covers(wanted: unknown, actual: unknown): boolean {
  if (wanted === undefined || Object.is(wanted, actual)) return true
  if (typeof wanted !== 'object' || wanted === null || typeof actual !== 'object' || actual === null) return false
  if (wanted instanceof Uint8Array) return actual instanceof Uint8Array && Buffer.compare(wanted, actual) === 0
  const members = actual as Readonly<Record<string, unknown>>
  if (Array.isArray(wanted) && (!Array.isArray(actual) || wanted.length !== actual.length)) return false
  const masked = maskedBits(wanted)
  if (masked) {
    const [key, bits, mask] = masked
    const actualBits = members[key]
    return typeof actualBits === 'number' && ((bits ^ actualBits) & mask) === 0
  }
  return Object.entries(wanted).every(([key, value]) => covers(value, members[key]))
}

/** True if each of two values covers the other. */
export const isSame = (one: unknown, other: unknown) => covers(one, other) && covers(other, one)
