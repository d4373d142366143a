import { IFNAMSIZ, isInterfaceName, printable, show } from '@netloom/netlink/codec'
import type { Netns } from '@netloom/netlink/socket'

/** Which device, and how its frames look. */
export interface TunTapOptions {
  /** `tap`: Ethernet frames; `tun`: IP packets. */
  readonly mode: 'tap' | 'tun'
  /** At most 15 bytes. To create without one lets the kernel choose `tap0`, `tun0`, … */
  readonly name?: string | undefined
  /** The namespace of the device; the calling thread's, if left out. */
  readonly netns?: Netns | undefined
  /** Several descriptors may attach, a queue each. All of a device's attachments must agree on it. */
  readonly multiQueue?: boolean | undefined
  /** Each frame begins with `struct virtio_net_hdr` (10 bytes). */
  readonly vnetHdr?: boolean | undefined
  /** Each frame begins with `struct tun_pi` (4 bytes: flags, and the protocol in network order). */
  readonly pi?: boolean | undefined
}

/** What only a new device can be given. */
export interface CreateOptions extends TunTapOptions {
  /**
   * Only this uid may attach without CAP_NET_ADMIN; 0 is root. With neither owner nor group set, whoever can open
   * /dev/net/tun may (`tun_not_capable` in the kernel).
   */
  readonly owner?: number | undefined
  /** Only members of this gid may attach without CAP_NET_ADMIN; 0 is root's. With an owner too, both must match. */
  readonly group?: number | undefined
  /** The device outlives its last descriptor. */
  readonly persist?: boolean | undefined
  /** False: it starts without carrier, as if nobody were attached. */
  readonly carrier?: boolean | undefined
}

/** What there is to choose, and for whom. */
const flags = ['multiQueue', 'vnetHdr', 'pi'] as const
export const attachKeys = ['mode', 'name', 'netns', ...flags] as const satisfies readonly (keyof TunTapOptions)[]
export const createKeys = [
  ...attachKeys,
  'owner',
  'group',
  'persist',
  'carrier',
] as const satisfies readonly (keyof CreateOptions)[]

/** `(uid_t) -1` stands for none in the kernel, and is no id. */
const MAX_ID = 0xfffffffe

/** @throws {TypeError} unless `id` is a uid or gid */
export function expectId(what: string, id: number): void {
  if (!Number.isInteger(id) || id < 0 || id > MAX_ID) {
    throw new TypeError(`expected ${what} from 0 to ${MAX_ID}, got ${printable(String(id))}`)
  }
}

/** @throws {TypeError} unless `value` is true or false */
export function expectBoolean(what: string, value: boolean): void {
  if (typeof value !== 'boolean') throw new TypeError(`expected ${what} to be true or false, got ${show(value)}`)
}

/** @throws {TypeError} unless `name` can name a device, and only that one */
export function expectName(name: string): void {
  if (typeof name === 'string' && isInterfaceName(name) && !name.includes('%')) return
  const rule = `1 to ${IFNAMSIZ - 1} bytes without '/', ':', white space, and '%', which the kernel takes for a pattern`
  throw new TypeError(`expected an interface name (${rule}), got ${show(name)}`)
}

/** @throws {TypeError} unless the options are known and make sense together */
export function expectOptions(options: CreateOptions, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`expected options, got ${printable(String(options))}`)
  const unknown = Object.keys(options).find((key) => !known.includes(key))
  if (unknown !== undefined)
    throw new TypeError(`expected the options ${known.join(', ')}, got '${printable(unknown)}'`)
  if (options.mode !== 'tap' && options.mode !== 'tun') {
    throw new TypeError(`expected mode 'tap' or 'tun', got ${show(options.mode)}`)
  }
  if (options.name !== undefined) expectName(options.name)
  for (const key of [...flags, 'persist', 'carrier'] as const) {
    const value = options[key]
    if (value !== undefined) expectBoolean(key, value)
  }
  for (const key of ['owner', 'group'] as const) {
    const value = options[key]
    if (value !== undefined) expectId(key, value)
  }
}
