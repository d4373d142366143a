import { ArgumentError } from '@netloom/netlink/codec'
import type { Descriptor } from '@netloom/netlink/socket'
import { type Closable, closable } from '../device/closable.js'
import type { Waitable } from '../io/waiter.js'
import type { UdpAddress } from './address.js'

/** An open UDP socket, and what is known about it. It is closed when it is garbage-collected, or when its thread ends. */
export class UdpHandle implements Waitable {
  readonly fd: number
  readonly local: UdpAddress
  /** Undefined for a socket that is not connected. */
  readonly remote: UdpAddress | undefined
  /** True if the kernel segments messages (UDP_SEGMENT). False after a device has refused to. */
  gso: boolean
  /** True if the kernel joins datagrams (UDP_GRO). */
  readonly gro: boolean
  readonly #descriptor: Closable

  /** Takes over a descriptor. */
  constructor(
    descriptor: Descriptor,
    { local, remote, gso, gro }: Pick<UdpHandle, 'local' | 'remote' | 'gso' | 'gro'>,
  ) {
    this.fd = descriptor.fd
    this.local = local
    this.remote = remote
    this.gso = gso
    this.gro = gro
    this.#descriptor = closable(this, descriptor)
  }

  get isOpen(): boolean {
    return this.#descriptor.isOpen
  }

  get isIPv6(): boolean {
    return this.local.family === 'ipv6'
  }

  /** Returns the descriptor. @throws {TypeError} if it was closed */
  openFd(): number {
    if (!this.isOpen) throw new ArgumentError(`expected an open UDP socket at ${this.local}, got one that was closed`)
    return this.fd
  }

  beforeClose(run: () => void): void {
    this.#descriptor.beforeClose.add(run)
  }

  /** Further calls have no effect. */
  close(): void {
    this.#descriptor.close()
  }
}
