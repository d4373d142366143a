import { AF, constants, nameOf } from '../../codec/index.js'
import { FDB_NOTIFY, type NeighbourMessage, NTF, NTF_EXT, NUD, RTPROT } from '../../route/index.js'
import { flagsIn, named } from '../values/names.js'
import { defined, withMessage } from '../values/objects.js'
import type { Neighbour } from './types.js'

/** Bits that NTF_EXT_* are shifted by, so that all flags are one number, as in the kernel (net/core/neighbour.c). */
export const NTF_EXT_SHIFT = 8

const extended = Object.entries(NTF_EXT.values).map(([name, bit]) => [name, bit << NTF_EXT_SHIFT] as const)

/** NTF_*, and NTF_EXT_* above them. */
export const neighbourFlags = constants('NTF', { ...NTF.values, ...Object.fromEntries(extended) })

/** Converts a message to a neighbour. */
export function toNeighbour(message: NeighbourMessage): Neighbour {
  const { family, ifindex: dev, state, flags, attrs } = message
  const allFlags = flags | ((attrs.flagsExt ?? 0) << NTF_EXT_SHIFT)
  const notify = attrs.fdbExtAttrs?.activityNotify
  const neighbour = defined({
    family: family === AF.BRIDGE ? 'bridge' : nameOf(AF, family).slice('AF_'.length).toLowerCase(),
    ...{ dev, dst: attrs.dst, lladdr: attrs.lladdr, state: flagsIn(NUD, state) },
    ...{ flags: flagsIn(neighbourFlags, allFlags >>> 0), master: attrs.master, vlan: attrs.vlan, vni: attrs.vni },
    ...{ srcVni: attrs.srcVni, port: attrs.port, via: attrs.ifindex, nexthop: attrs.nhId },
    ...{
      activityNotify: notify === undefined ? undefined : flagsIn(FDB_NOTIFY, notify),
      linkNetnsid: attrs.linkNetnsid,
    },
    protocol: attrs.protocol === undefined ? undefined : named(RTPROT, attrs.protocol),
  })
  return withMessage(neighbour, message) as Neighbour
}
