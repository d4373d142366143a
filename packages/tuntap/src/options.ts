import type { Netns } from '@netloom/netlink/libc'

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
  /** The uid that may attach without CAP_NET_ADMIN. 0 is root; left out is nobody's. */
  readonly owner?: number | undefined
  /** The gid that may attach without CAP_NET_ADMIN. 0 is root's; left out is nobody's. */
  readonly group?: number | undefined
  /** The device outlives its last descriptor. */
  readonly persist?: boolean | undefined
  /** False: it starts without carrier, as if nobody were attached. */
  readonly carrier?: boolean | undefined
}

/** `(uid_t) -1` stands for none in the kernel, and is no id. */
const MAX_ID = 0xfffffffe
const IFNAMSIZ = 16

/** @throws {TypeError} unless `id` is a uid or gid */
export function expectId(what: string, id: number): void {
  if (!Number.isInteger(id) || id < 0 || id > MAX_ID)
    throw new TypeError(`expected ${what} from 0 to ${MAX_ID}, got ${id}`)
}

/** @throws {TypeError} unless `name` can name a device (`dev_valid_name` in the kernel), and only that one */
export function expectName(name: string): void {
  const fault =
    typeof name !== 'string' || name === ''
      ? 'text'
      : Buffer.byteLength(name) >= IFNAMSIZ
        ? `at most ${IFNAMSIZ - 1} bytes`
        : name === '.' || name === '..' || /[/:\s\0]/.test(name)
          ? "no '/', ':', white space or NUL, and neither '.' nor '..'"
          : name.includes('%')
            ? "no '%', which the kernel takes for a pattern"
            : undefined
  if (fault !== undefined) throw new TypeError(`expected an interface name of ${fault}, got ${JSON.stringify(name)}`)
}

/** @throws {TypeError} unless the options make sense together */
export function expectOptions(options: CreateOptions): void {
  if (options.mode !== 'tap' && options.mode !== 'tun') {
    throw new TypeError(`expected mode 'tap' or 'tun', got ${JSON.stringify(options.mode)}`)
  }
  if (options.name !== undefined) expectName(options.name)
  if (options.owner !== undefined) expectId('owner', options.owner)
  if (options.group !== undefined) expectId('group', options.group)
}
