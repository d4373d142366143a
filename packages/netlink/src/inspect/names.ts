import { nameOf } from '../codec/index.js'
import { textUntilNul } from '../codec/text.js'
import { tlv } from '../codec/tlv.js'
import type { DissectedMessage } from '../dissect/index.js'
import { RT_TABLE, RTPROT } from '../route/index.js'

/** Names for the numbers in messages. Each function returns undefined if the number has no known name. */
export interface Names {
  /** Returns the name of the link with this index: `eth0`. */
  link(index: number): string | undefined
  /** Returns the name of a routing table: `main`. */
  table(id: number): string | undefined
  /** Returns the name of a protocol of routes: `kernel`. */
  protocol(id: number): string | undefined
}

const lowerCase = (name: string | undefined) => name?.toLowerCase()

/** Returns a function that looks up the kernel's names of numbers, without their prefix and in lower case. */
function kernelNames(family: typeof RT_TABLE | typeof RTPROT): (number: number) => string | undefined {
  const names = new Map(Object.values(family.values).map((number) => [Number(number), nameOf(family, Number(number))]))
  return (number) => lowerCase(names.get(number)?.slice(family.prefix.length + 1))
}

const RTM_NEWLINK = 16
const RTM_DELLINK = 17
/** `sizeof(struct nlmsghdr) + sizeof(struct ifinfomsg)` */
const LINK_HEADERS = 32
const INDEX_OFFSET = 20
const IFLA_IFNAME = 3

/**
 * Names that the messages of a capture contain: those of links, from the kernel's RTM_NEWLINK and RTM_DELLINK. A deleted link
 * keeps its name until its index is used again. Tables and protocols have the kernel's names.
 */
export class CaptureNames implements Names {
  readonly #links = new Map<number, string>()
  readonly table = kernelNames(RT_TABLE)
  readonly protocol = kernelNames(RTPROT)

  link(index: number): string | undefined {
    return this.#links.get(index)
  }

  /** Keeps the name of a link. */
  protected named(index: number, name: string): void {
    this.#links.set(index, name)
  }

  /** Learns the name of a link, if the message contains one. Reads only that attribute, because links are large. */
  learn({ protocol, toKernel, header, bytes }: DissectedMessage): void {
    if (protocol !== 'NETLINK_ROUTE' || toKernel || header === undefined) return
    if (header.type !== RTM_NEWLINK && header.type !== RTM_DELLINK) return
    const order = bytes.length >= LINK_HEADERS && bytes.readUInt16LE(4) === header.type ? 'LE' : 'BE'
    try {
      tlv(order).readAttributes(bytes, LINK_HEADERS, bytes.length, (type, start, end) => {
        if (type !== IFLA_IFNAME) return
        const name = textUntilNul(bytes, start, end)
        if (name !== '')
          this.named(order === 'LE' ? bytes.readInt32LE(INDEX_OFFSET) : bytes.readInt32BE(INDEX_OFFSET), name)
      })
    } catch {
      // A message with invalid attributes is reported when it is printed.
    }
  }
}

/** Names of `first`, or else of `second`. */
export function bothNames(first: Names, second: Names): Names {
  return {
    link: (index) => first.link(index) ?? second.link(index),
    table: (id) => first.table(id) ?? second.table(id),
    protocol: (id) => first.protocol(id) ?? second.protocol(id),
  }
}

/** Returns the name of a link, or `#11` if only its index is known. */
export const linkName = (index: number, names: Names): string => names.link(index) ?? `#${index}`
