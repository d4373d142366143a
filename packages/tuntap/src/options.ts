import { ArgumentError, encode, IFNAMSIZ, isInterfaceName, macaddr, printable, show } from '@netloom/netlink/codec'
import type { NetnsRef } from '@netloom/netlink/socket'
import { type Mode, VNET_HEADER_SIZES, type VnetHeaderSize } from './device/framing.js'
import { bitsOf, checkRequired, OFFLOADS, type Offload } from './device/offload.js'

/** Selects a device and the format of its frames. */
export interface TunTapOptions {
  /** `tap` for Ethernet frames, `tun` for IP packets. */
  readonly mode: Mode
  /**
   * At most 15 bytes. In `create`, one `%d` stands for the first free number, as in `vm%d`. If left out, `create` lets the kernel
   * choose `tap0`, `tun0`, …
   */
  readonly name?: string | undefined
  /** Namespace of the device. Default: the calling thread's. */
  readonly netns?: NetnsRef | undefined
  /** Several descriptors may attach, one queue each (IFF_MULTI_QUEUE). Must be equal for all attachments of a device. */
  readonly multiQueue?: boolean | undefined
  /**
   * Each frame begins with `struct virtio_net_hdr` (IFF_VNET_HDR) of this many bytes; true means 10. While another queue is attached, must be
   * equal to that queue's.
   */
  readonly vnetHdr?: boolean | VnetHeaderSize | undefined
  /**
   * Work that the kernel leaves to the reader of the frames: they may be segments of up to 64 KiB, without checksums. `GsoSplitter` of
   * `@netloom/tuntap/offload` splits them. Turns on `vnetHdr`, with 24 bytes for `tunnel`. While another queue is attached, must be equal to
   * that queue's if given.
   */
  readonly offload?: Offload | undefined
  /**
   * Each frame begins with `struct tun_pi`: 2 bytes of flags, then the protocol in network order. False sets IFF_NO_PI. While another
   * queue is attached, must be equal to that queue's.
   */
  readonly pi?: boolean | undefined
  /** Written frames pass through NAPI, which joins TCP segments (IFF_NAPI). */
  readonly napi?: boolean | undefined
  /** Written frames are built from page fragments, for tests of drivers (IFF_NAPI_FRAGS). Requires `napi`, a tap and CAP_NET_ADMIN. */
  readonly napiFrags?: boolean | undefined
  /** False if the link has no carrier, as if no descriptor were attached. Attaching turns the carrier on otherwise. */
  readonly carrier?: boolean | undefined
  /** True to refuse frames whose packet is longer than the MTU. The kernel accepts them. Costs a system call for each write. */
  readonly checkMtu?: boolean | undefined
}

/** Options that only apply to a new device. */
export interface CreateOptions extends TunTapOptions {
  /** Index of the link (TUNSETIFINDEX). By default, the kernel chooses one. */
  readonly index?: number | undefined
  /**
   * Only this uid may attach without CAP_NET_ADMIN; 0 is root. If neither owner nor group is set, any process that can open
   * /dev/net/tun may attach (`tun_not_capable` in the kernel).
   */
  readonly owner?: number | undefined
  /** Only members of this gid may attach without CAP_NET_ADMIN; 0 is root's. If an owner is set too, both must match. */
  readonly group?: number | undefined
  /** True if the device remains when its last descriptor is closed (TUNSETPERSIST). */
  readonly persist?: boolean | undefined
  /** Link type, ARPHRD_* of linux/if_arp.h (TUNSETLINK). Default: 1 (ARPHRD_ETHER) for tap, 65534 (ARPHRD_NONE) for tun. */
  readonly linkType?: number | undefined
  /** MAC address of a tap, for example `02:00:00:00:00:01`. By default, the kernel chooses a random one. */
  readonly address?: string | undefined
  /** Largest packet in bytes: 68 to 65521 for a tap, 68 to 65535 for a tun. Default: 1500. */
  readonly mtu?: number | undefined
  /** True to set the link up. */
  readonly up?: boolean | undefined
}

/** Checks that a value is an integer of a range. @throws {TypeError} */
export function checkInteger(what: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new ArgumentError(`expected ${what} from ${least} to ${most}, got ${show(value)}`)
  }
}

/** The kernel reads `(uid_t) -1` as "not set". */
const MAX_ID = 0xfffffffe

/** Checks an id. @throws {TypeError} if `id` is not a uid or gid */
export const checkId = (what: string, id: number): void => checkInteger(what, id, 0, MAX_ID)

/** Checks a flag. @throws {TypeError} if `value` is neither true nor false */
export function checkBoolean(what: string, value: boolean): void {
  if (typeof value !== 'boolean') throw new ArgumentError(`expected ${what} to be true or false, got ${show(value)}`)
}

/** Checks a signal. @throws {TypeError} */
export function checkSignal(what: string, value: AbortSignal): void {
  if (!(value instanceof AbortSignal))
    throw new ArgumentError(`expected ${what} to be an AbortSignal, got ${show(value)}`)
}

/** Checks a duration in milliseconds. Infinity is valid. @throws {TypeError} */
export function checkTimeout(value: number): void {
  if (!(typeof value === 'number' && value >= 0))
    throw new ArgumentError(`expected milliseconds from 0, got ${show(value)}`)
}

/** Checks a link type. @throws {TypeError} */
export const checkLinkType = (what: string, value: number): void => checkInteger(what, value, 0, 0xffff)

/** Checks a MAC address. @throws {TypeError} */
export function checkAddress(what: string, value: string): void {
  try {
    encode(macaddr, value)
  } catch {
    throw new ArgumentError(`expected ${what} to be a MAC address such as 02:00:00:00:00:01, got ${show(value)}`)
  }
}

/** Checks a name. @throws {TypeError} if `name` cannot name exactly one device */
export function checkName(_what: string, name: string): void {
  if (typeof name === 'string' && isInterfaceName(name) && !name.includes('%')) return
  const rule = `1 to ${IFNAMSIZ - 1} bytes without '/', ':', white space, and '%', which makes it a pattern for the kernel`
  throw new ArgumentError(`expected an interface name (${rule}), got ${show(name)}`)
}

/** Checks the name of a new device, which may be a pattern: the kernel replaces one `%d`. @throws {TypeError} */
function checkNewName(_what: string, name: string): void {
  if (typeof name === 'string' && isInterfaceName(name) && /^[^%]*(%d[^%]*)?$/.test(name)) return
  const rule = `1 to ${IFNAMSIZ - 1} bytes without '/', ':' and white space, and '%' only once, as '%d'`
  throw new ArgumentError(`expected an interface name (${rule}), got ${show(name)}`)
}

/** Checks a mode. @throws {TypeError} */
export function checkMode(_what: string, mode: Mode): void {
  if (mode !== 'tap' && mode !== 'tun') throw new ArgumentError(`expected mode 'tap' or 'tun', got ${show(mode)}`)
}

/** Size of `virtio_net_hdr_v1_hash_tunnel`, which has the members that describe a tunnel. */
const TUNNEL_HEADER = 24

const offloadChecks = Object.fromEntries(OFFLOADS.map((key) => [key, checkBoolean])) as Checks<Offload>

/** Checks offloads. @throws {TypeError} if one is unknown, or lacks another one that it requires */
export function checkOffload(_what: string, offload: Offload): void {
  checkOptions(offload, offloadChecks, 'offloads')
  checkRequired(offload)
}

/** Checks that a virtio header of this size can describe the frames. @throws {TypeError} */
export function checkHeaderFor({ tunnel }: Offload, size: number): void {
  if (tunnel && size < TUNNEL_HEADER)
    throw new ArgumentError(`expected vnetHdr: ${TUNNEL_HEADER} with tunnel, got a header of ${size} bytes`)
}

/** Checks the size of a virtio header, or whether there is one. @throws {TypeError} */
export function checkVnetHdr(what: string, value: boolean | VnetHeaderSize): void {
  if (typeof value === 'boolean' || VNET_HEADER_SIZES.includes(value)) return
  throw new ArgumentError(`expected ${what} to be true, false, ${VNET_HEADER_SIZES.join(', ')}, got ${show(value)}`)
}

export type Checks<T> = { readonly [K in keyof Required<T>]: (what: string, value: Exclude<T[K], undefined>) => void }

/** The options of `attach`, and how each is checked. */
export const attachOptions: Checks<TunTapOptions> = {
  mode: checkMode,
  name: checkName,
  netns: () => {}, // openIn() checks it
  multiQueue: checkBoolean,
  vnetHdr: checkVnetHdr,
  offload: checkOffload,
  pi: checkBoolean,
  napi: checkBoolean,
  napiFrags: checkBoolean,
  carrier: checkBoolean,
  checkMtu: checkBoolean,
}

/** The options of `create`, and how each is checked. */
export const createOptions: Checks<CreateOptions> = {
  ...attachOptions,
  name: checkNewName,
  index: (what, value) => checkInteger(what, value, 1, 0x7fffffff),
  owner: checkId,
  group: checkId,
  persist: checkBoolean,
  linkType: checkLinkType,
  address: checkAddress,
  mtu: (what, value) => checkInteger(what, value, MIN_MTU, MAX_MTU.tun),
  up: checkBoolean,
}

/** `MIN_MTU` and `MAX_MTU` of drivers/net/tun.c. A tap's is smaller by the Ethernet header. */
const MIN_MTU = 68
const MAX_MTU = { tun: 65535, tap: 65521 } as const

/** Checks that a value is an object with members. An array or a date would be one without any. @throws {TypeError} */
export function checkObject(what: string, value: unknown): void {
  if (Object.prototype.toString.call(value) !== '[object Object]')
    throw new ArgumentError(`expected ${what}, got ${show(value)}`)
}

/**
 * Checks options.
 * @param what What they are, for the error.
 * @throws {TypeError} if one is unknown or invalid
 */
export function checkOptions<T extends object>(options: T, checks: Checks<T>, what = 'options'): void {
  checkObject(what, options)
  const known = Object.keys(checks)
  const unknown = Object.keys(options).find((key) => !known.includes(key))
  if (unknown !== undefined)
    throw new ArgumentError(`expected the ${what} ${known.join(', ')}, got '${printable(unknown)}'`)
  for (const [key, check] of Object.entries(checks) as [keyof T & string, (what: string, value: unknown) => void][]) {
    if (options[key] !== undefined || key === 'mode') check(key, options[key])
  }
}

/** Returns the option `vnetHdr`: by default, offloads turn the header on. */
export function vnetHdrFor({
  vnetHdr,
  offload = {},
}: Pick<TunTapOptions, 'vnetHdr' | 'offload'>): boolean | VnetHeaderSize {
  return vnetHdr ?? (offload.tunnel ? TUNNEL_HEADER : bitsOf(offload) !== 0)
}

/** Checks options that depend on each other. @throws {TypeError} */
export function checkCombination({ mode, napi, napiFrags, address, mtu, offload, vnetHdr }: CreateOptions): void {
  if (napiFrags && !(napi && mode === 'tap'))
    throw new ArgumentError(`expected napi: true and mode 'tap' with napiFrags`)
  if (address !== undefined && mode !== 'tap')
    throw new ArgumentError(`expected no address with mode 'tun', which has none, got ${show(address)}`)
  if (offload !== undefined && bitsOf(offload) !== 0 && vnetHdr === false)
    throw new ArgumentError('expected vnetHdr with offload, because the header describes such frames, got false')
  if (offload !== undefined && typeof vnetHdr === 'number') checkHeaderFor(offload, vnetHdr)
  if (offload?.tunnel && vnetHdr === true)
    throw new ArgumentError(`expected vnetHdr: ${TUNNEL_HEADER} with tunnel, got true, which means 10`)
  if (mtu !== undefined) checkInteger(`mtu of a ${mode}`, mtu, MIN_MTU, MAX_MTU[mode])
}
