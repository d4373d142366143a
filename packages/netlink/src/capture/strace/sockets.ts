import { NETLINK } from '../../message/index.js'
import { type Call, resultOf } from './calls.js'

const opened = /^socket\([AP]F_NETLINK, [^,]+, (?:NETLINK_)?(\w+)\) *= (\d+)(?:<\w+:\[(\d+)\]>)?/
const openedOther = /^(?:socket|accept4?|close)\(/

const protocols = new Map<string, number>([...Object.entries(NETLINK), ['INET_DIAG', NETLINK.SOCK_DIAG]])

/** Returns the protocol with a name that strace prints. It prints one by its old name, and those that it does not know as numbers. */
const protocolOf = (name: string): number | undefined =>
  protocols.get(name) ?? (/^(?:0x[0-9a-f]+|\d+)$/.test(name) ? Number(name) : undefined)

/** Description of a file descriptor: `3`, `3<socket:[4242]>`, `3<NETLINK:[4242]>` or `3<NETLINK:[ROUTE:7]>`. */
export const descriptor = /^(\d+)(?:<(?:(NETLINK):\[(?:(\w+):)?(\d+)\]|socket:\[(\d+)\]|[^>]*)>)?/

/** A netlink socket that a call uses. `protocol` is undefined if the log does not contain it. */
export interface UsedSocket {
  readonly protocol: number | undefined
}

/** Follows the netlink sockets of a log. */
export class Sockets {
  /** Protocols by inode number, which strace prints for sockets without a port id. */
  readonly #ofInode = new Map<string, number>()
  /** Protocols by process and descriptor, for logs without `-yy`. Children of a process are not followed. */
  readonly #ofDescriptor = new Map<string, number>()

  update({ text }: Call, pid: number | undefined): void {
    const [, name, fd, inode] = opened.exec(text) ?? []
    const protocol = name === undefined ? undefined : protocolOf(name)
    if (protocol !== undefined) {
      this.#ofDescriptor.set(`${pid} ${fd}`, protocol)
      if (inode !== undefined) this.#ofInode.set(inode, protocol)
    } else if (openedOther.test(text)) {
      const fd = text.startsWith('close') ? /^close\((\d+)/.exec(text)?.[1] : resultOf(text)
      this.#ofDescriptor.delete(`${pid} ${fd}`)
    }
  }

  /** Returns the netlink socket that the arguments of a call begin with. Returns undefined for another descriptor. */
  find(args: string, pid: number | undefined): UsedSocket | undefined {
    const [all, fd, netlink, name, port, inode] = descriptor.exec(args) ?? []
    if (all === undefined) return undefined
    if (netlink !== undefined)
      return { protocol: name === undefined ? this.#ofInode.get(port ?? '') : protocolOf(name) }
    const isBare = all === fd
    const protocol = isBare ? this.#ofDescriptor.get(`${pid} ${fd}`) : this.#ofInode.get(inode ?? '')
    return protocol === undefined ? undefined : { protocol }
  }
}
