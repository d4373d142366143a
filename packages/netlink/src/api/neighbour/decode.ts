import { AF, constants } from '../../codec/index.js'
import { FDB_NOTIFY, type NeighbourMessage, NTF, NTF_EXT, NUD, RTPROT } from '../../route/index.js'
import { flagsIn, named } from '../values/names.js'
import { constructorOf, withMessage } from '../values/objects.js'
import type { Neighbour, NeighbourFamily } from './types.js'

/** Bits that NTF_EXT_* are shifted by, so that all flags are one number, as in the kernel (net/core/neighbour.c). */
export const NTF_EXT_SHIFT = 8

const extended = Object.entries(NTF_EXT.values).map(([name, bit]) => [name, bit << NTF_EXT_SHIFT] as const)

/** NTF_*, and NTF_EXT_* above them. */
export const neighbourFlags = constants('NTF', { ...NTF.values, ...Object.fromEntries(extended) })

const NeighbourObject = constructorOf<Neighbour, NeighbourMessage>(function (message) {
  const { attrs } = message
  const flags = message.flags | ((attrs.flagsExt ?? 0) << NTF_EXT_SHIFT)
  const notify = attrs.fdbExtAttrs?.activityNotify
  this.family = String(named(AF, message.family)) as NeighbourFamily
  this.dev = message.ifindex
  if (attrs.dst !== undefined) this.dst = attrs.dst
  if (attrs.lladdr !== undefined) this.lladdr = attrs.lladdr
  this.state = flagsIn(NUD, message.state)
  this.flags = flagsIn(neighbourFlags, flags >>> 0)
  if (attrs.master !== undefined) this.master = attrs.master
  if (attrs.vlan !== undefined) this.vlan = attrs.vlan
  if (attrs.vni !== undefined) this.vni = attrs.vni
  if (attrs.srcVni !== undefined) this.srcVni = attrs.srcVni
  if (attrs.port !== undefined) this.port = attrs.port
  if (attrs.ifindex !== undefined) this.via = attrs.ifindex
  if (attrs.nhId !== undefined) this.nexthop = attrs.nhId
  if (notify !== undefined) this.activityNotify = flagsIn(FDB_NOTIFY, notify)
  if (attrs.linkNetnsid !== undefined) this.linkNetnsid = attrs.linkNetnsid
  if (attrs.protocol !== undefined) this.protocol = named(RTPROT, attrs.protocol)
})

/** Converts a message to a neighbour. */
export const toNeighbour = (message: NeighbourMessage): Neighbour => withMessage(new NeighbourObject(message), message)
