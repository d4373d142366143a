import type { Connection } from '@netloom/netlink'
import { type QdiscMessage, TC_H } from '@netloom/netlink/route'
import { bytesOf, type Limit, queueOf, ticksOf } from '../../cni/bandwidth.js'
import type { Named } from './tc.js'

/** A device whose outgoing frames are limited by a tbf. */
export interface Shaper {
  readonly device: Named
  readonly limit: Limit
}

/** Handle of the tbf, the same as in the bandwidth plugin. */
const handle = 0x0001_0000

/** Rates from 2^32 bytes per second on need an attribute of 64 bits. */
const maxRate = 0xffff_ffff

const noRate = { cellLog: 0, linklayer: 0, overhead: 0, cellAlign: 0, mpu: 0, rate: 0 }

function optionsOf(limit: Limit) {
  const { rate } = limit
  const parms = {
    rate: { ...noRate, rate: Math.min(rate, maxRate) },
    peakrate: noRate,
    limit: queueOf(limit),
    buffer: ticksOf(limit),
    mtu: 0,
  }
  return { parms, rate64: rate > maxRate ? BigInt(rate) : undefined }
}

/** Adds the tbf. @throws {NetlinkError} */
export function addShaper(nl: Connection, { device, limit }: Shaper): void {
  const attrs = { kind: 'tbf', options: optionsOf(limit) } as const
  const qdisc = { ifindex: device.index, handle, parent: TC_H.ROOT, attrs }
  nl.requestSync('RTM_NEWQDISC', qdisc, { create: true, excl: true })
}

/** Returns the length of the longest frame that passes. A longer one is dropped, unless the kernel can segment it. */
export const longestFrame = ({ limit }: Shaper) => bytesOf(limit)

/** Returns a description of each difference between the tbf and the limit. */
export function shaperDifferences(nl: Connection, { device, limit }: Shaper): string[] {
  const [root] = nl
    .dumpSync('RTM_GETQDISC', {})
    .filter(({ ifindex, parent }) => ifindex === device.index && parent === TC_H.ROOT)
  const name = JSON.stringify(device.name)
  const found = propertiesOf(root)
  if (found === undefined) return [`expected a tbf on ${name}, found ${root?.attrs.kind ?? 'none'}`]
  const { parms } = optionsOf(limit)
  const properties = [
    ['rate', limit.rate, found.rate],
    ['burst', parms.buffer, found.buffer],
    ['limit', parms.limit, found.limit],
  ] as const
  return properties
    .filter(([, expected, actual]) => expected !== actual)
    .map(([property, expected, actual]) => `expected ${property} ${expected} of the tbf on ${name}, found ${actual}`)
}

function propertiesOf(qdisc: QdiscMessage | undefined) {
  if (qdisc?.attrs.kind !== 'tbf') return undefined
  const { parms, rate64 } = qdisc.attrs.options ?? {}
  return parms && { rate: Number(rate64 ?? parms.rate.rate), buffer: parms.buffer, limit: parms.limit }
}
