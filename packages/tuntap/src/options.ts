import { IFNAMSIZ, isInterfaceName, printable, show } from '@netloom/netlink/codec'
import type { Netns } from '@netloom/netlink/socket'

/** Selects a device and the format of its frames. */
export interface TunTapOptions {
  /** `tap` for Ethernet frames, `tun` for IP packets. */
  readonly mode: 'tap' | 'tun'
  /** At most 15 bytes. If left out, `create` lets the kernel choose `tap0`, `tun0`, … */
  readonly name?: string | undefined
  /** Namespace of the device. Default: the calling thread's. */
  readonly netns?: Netns | undefined
  /** Several descriptors may attach, one queue each (IFF_MULTI_QUEUE). Must be equal for all attachments of a device. */
  readonly multiQueue?: boolean | undefined
  /** Each frame begins with `struct virtio_net_hdr`, 10 bytes (IFF_VNET_HDR). */
  readonly vnetHdr?: boolean | undefined
  /** Each frame begins with `struct tun_pi`: 2 bytes of flags, then the protocol in network order. False sets IFF_NO_PI. */
  readonly pi?: boolean | undefined
}

/** Options that only apply to a new device. */
export interface CreateOptions extends TunTapOptions {
  /**
   * Only this uid may attach without CAP_NET_ADMIN; 0 is root. If neither owner nor group is set, any process that can open
   * /dev/net/tun may attach (`tun_not_capable` in the kernel).
   */
  readonly owner?: number | undefined
  /** Only members of this gid may attach without CAP_NET_ADMIN; 0 is root's. If an owner is set too, both must match. */
  readonly group?: number | undefined
  /** True if the device remains when its last descriptor is closed (TUNSETPERSIST). */
  readonly persist?: boolean | undefined
  /** False if the device starts without carrier, as if no descriptor were attached (TUNSETCARRIER). */
  readonly carrier?: boolean | undefined
}

/** Keys of the options, for {@link checkOptions}. */
const flags = ['multiQueue', 'vnetHdr', 'pi'] as const
export const attachKeys = ['mode', 'name', 'netns', ...flags] as const satisfies readonly (keyof TunTapOptions)[]
export const createKeys = [
  ...attachKeys,
  'owner',
  'group',
  'persist',
  'carrier',
] as const satisfies readonly (keyof CreateOptions)[]

/** The kernel reads `(uid_t) -1` as "not set". */
const MAX_ID = 0xfffffffe

/** Checks an id. @throws {TypeError} if `id` is not a uid or gid */
export function checkId(what: string, id: number): void {
  if (!Number.isInteger(id) || id < 0 || id > MAX_ID) {
    throw new TypeError(`expected ${what} from 0 to ${MAX_ID}, got ${printable(String(id))}`)
  }
}

/** Checks a flag. @throws {TypeError} if `value` is neither true nor false */
export function checkBoolean(what: string, value: boolean): void {
  if (typeof value !== 'boolean') throw new TypeError(`expected ${what} to be true or false, got ${show(value)}`)
}

/** Checks a name. @throws {TypeError} if `name` cannot name exactly one device */
export function checkName(name: string): void {
  if (typeof name === 'string' && isInterfaceName(name) && !name.includes('%')) return
  const rule = `1 to ${IFNAMSIZ - 1} bytes without '/', ':', white space, and '%', which makes it a pattern for the kernel`
  throw new TypeError(`expected an interface name (${rule}), got ${show(name)}`)
}

/** Checks the options of `create` and `attach`. @throws {TypeError} if an option is unknown or invalid */
export function checkOptions(options: CreateOptions, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`expected options, got ${printable(String(options))}`)
  const unknown = Object.keys(options).find((key) => !known.includes(key))
  if (unknown !== undefined)
    throw new TypeError(`expected the options ${known.join(', ')}, got '${printable(unknown)}'`)
  if (options.mode !== 'tap' && options.mode !== 'tun') {
    throw new TypeError(`expected mode 'tap' or 'tun', got ${show(options.mode)}`)
  }
  if (options.name !== undefined) checkName(options.name)
  for (const key of [...flags, 'persist', 'carrier'] as const) {
    const value = options[key]
    if (value !== undefined) checkBoolean(key, value)
  }
  for (const key of ['owner', 'group'] as const) {
    const value = options[key]
    if (value !== undefined) checkId(key, value)
  }
}
