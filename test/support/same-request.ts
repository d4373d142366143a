import { isDeepStrictEqual } from 'node:util'
import { compile, type Declaration, decode } from '@netloom/netlink/codec'
import { type DissectedMessage, dissector } from '@netloom/netlink/dissect'
import { rtnetlink } from '@netloom/netlink/route'
import { encodeMessage } from '../../packages/netlink/dist/message/index.js'
import { captureNames, captureOf } from './captures.js'

/** A request in the form in which two of them are compared: as text that differs if the requests mean different things. */

type Bag = Readonly<Record<string, unknown>>

const headerSize = 16
/** NLM_F_ACK and NLM_F_MULTI: how a program wants to be answered, and a bit that means nothing in a request. */
const ANSWER = 0x06
/** NLM_F_DUMP. Some programs set one of its bits; the kernel then dumps, too. */
const DUMP = 0x300

/** Returns the value of a message, decoded without the sender's wire form. */
export const decodedValue = ({ declaration, bytes }: DissectedMessage): Bag =>
  decode(declaration as Declaration<Bag>, bytes.subarray(headerSize))

/** Returns the table, which is an attribute if its number has more than 8 bits, and may be one if not. */
function withTable({ table, ...header }: Bag): Bag {
  const attrs = header.attrs as Bag
  return { ...header, attrs: { ...attrs, table: attrs.table ?? table } }
}

/** Returns a route or rule without addresses whose prefix is empty. */
function withoutEmptyPrefixes(value: Bag): Bag {
  const { src, dst, ...attrs } = value.attrs as Bag
  return { ...value, attrs: { ...attrs, src: value.srcLen ? src : undefined, dst: value.dstLen ? dst : undefined } }
}

/** Returns a link with the kind of the master in place of `bond_slave`, which the kernel ignores. */
function withSlaveKind(value: Bag): Bag {
  const { linkinfo, ...attrs } = value.attrs as { linkinfo?: Bag }
  const { kind, ...info } = linkinfo ?? {}
  if (typeof kind !== 'string' || !kind.endsWith('_slave')) return value
  return { ...value, attrs: { ...attrs, linkinfo: { ...info, slaveKind: kind.replace('_slave', '') } } }
}

/** Returns the flags of an address, of which the header has the lower eight. */
function withAddressFlags({ flags, ...header }: Bag): Bag {
  const attrs = header.attrs as Bag
  return { ...header, attrs: { ...attrs, flags: attrs.flags ?? flags } }
}

/** A link is found by its index or by its name. */
function withIndex({ index, ...header }: Bag, indexOf: (name: string) => number | undefined): Bag {
  const { ifname, ...attrs } = header.attrs as { ifname?: string }
  const found = index === 0 && ifname !== undefined ? indexOf(ifname) : undefined
  return found === undefined ? { index, ...header } : { ...header, index: found, attrs }
}

/**
 * Returns a request that reads without the mask that selects details of the reply, which depends on the version of a tool. For
 * dumps of links `ip` gives the family AF_PACKET, which has no such dump, so that the kernel takes that of AF_UNSPEC.
 */
function withoutDetail(value: Bag): Bag {
  const { extMask: _, opFlags: __, ...attrs } = value.attrs as Bag
  return { ...value, family: value.family === 17 ? 0 : value.family, attrs }
}

/**
 * Returns a qdisc or class without the differences between versions of tc: older ones cut off parts of a microsecond, and have no
 * attributes for the times of netem. Tables of rates do not matter to the kernel.
 */
function withoutVersion(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  if (Array.isArray(value)) return value.map(withoutVersion)
  const { rtab: _, ctab: __, ptab: ___, ...rest } = value as Bag
  const times = { latency: 'latency64', jitter: 'jitter64' }
  const { attrs, ...header } = rest as { attrs?: Record<string, unknown> } & Record<string, unknown>
  if (typeof header.latency === 'number' && attrs !== undefined)
    for (const [ticks, time] of Object.entries(times))
      if (typeof attrs[time] === 'bigint') {
        header[ticks] = Number((attrs[time] as bigint) / 64n)
        delete attrs[time]
      }
  for (const key of ['buffer', 'cbuffer'])
    if (typeof header[key] === 'number') header[key] = Math.floor((header[key] + 1) / 15.625)
  const members = Object.entries(attrs === undefined ? header : { ...header, attrs })
  return Object.fromEntries(members.map(([key, member]) => [key, withoutVersion(member)]))
}

/** Returns a request in a form that is equal for requests of the same meaning. */
export function comparable(
  message: DissectedMessage,
  indexOf: (name: string) => number | undefined = () => undefined,
  isTool = false,
) {
  const { protocol, type, family } = message
  let value = decodedValue(message)
  let name = type
  let flags = (message.header?.flags ?? 0) & ~ANSWER
  if (/^RTM_GET|_GET|_DUMP|^SOCK_DIAG/.test(type) && (flags & DUMP) !== 0) flags |= DUMP
  if (/^RTM_(NEW|DEL)(ROUTE|RULE)$/.test(type)) value = withTable(withoutEmptyPrefixes(value))
  if (/^RTM_(NEW|SET|DEL|GET)LINK$/.test(type) && value.family === 0 && (flags & 0xf00) === 0)
    value = withIndex(value, indexOf)
  if (type === 'RTM_NEWADDR') value = withAddressFlags(value)
  if (/^RTM_(NEW|SET)LINK$/.test(type) && value.family === 0 && (flags & 0xf00) === 0) {
    // The kernel handles both alike (`rtnl_setlink`), apart from the data of a kind, which RTM_SETLINK ignores.
    name = 'RTM_SETLINK'
    value = withSlaveKind(value)
  }
  if (isTool && /^RTM_GET(LINK|ADDR|NEIGH|ROUTE|NEXTHOP|MDB|VLAN)$/.test(type)) value = withoutDetail(value)
  if (isTool && /^RTM_NEW(QDISC|TCLASS)$/.test(type)) value = withoutVersion(value) as Bag
  return {
    protocol,
    type: name,
    family: protocol === 'NETLINK_GENERIC' ? family : undefined,
    flags,
    value: sorted(value),
  }
}

/** Returns a copy without undefined members and in which those of attributes are in the order of their names. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([key, member]) => member !== undefined && !key.startsWith('_'))
  return Object.fromEntries(
    entries.sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, member]) => [key, sorted(member)]),
  )
}

export const isSame = (one: unknown, other: unknown) => isDeepStrictEqual(one, other)

/** A request of a capture. */
export interface Recorded {
  readonly capture: string
  readonly message: DissectedMessage
}

/** Returns the requests of all captures. Those that repeat an earlier one, apart from its sequence number and port, are left out. */
export function recordedRequests(): readonly Recorded[] {
  const seen = new Set<string>()
  return captureNames.flatMap((capture) =>
    captureOf(capture)
      .flatMap(({ messages }) => messages)
      .filter((message) => {
        if (!message.toKernel || message.header === undefined) return false
        const bytes = Buffer.from(message.bytes)
        bytes.fill(0, 8, headerSize)
        const key = `${message.protocol} ${bytes.toString('hex')}`
        const isNew = !seen.has(key)
        seen.add(key)
        return isNew
      })
      .map((message) => ({ capture, message })),
  )
}

/** Returns a request as if it had been read from a capture. */
export function requestOf(name: string, value: object, flags = 5): DissectedMessage {
  const { type, declaration } = rtnetlink.byName(name)
  const bytes = encodeMessage({ type, flags, seq: 1, pid: 0 }, (out) => compile(declaration).encode(out, value))
  return dissector().dissect({ protocol: rtnetlink.number, packetType: 7, bytes }).messages[0] as DissectedMessage
}
