import { MCAST, MDB, MDB_FLAGS, type MdbMessage, RTPROT } from '../../route/index.js'
import { flagsIn, named } from '../values/names.js'
import { constructorOf, withMessage } from '../values/objects.js'
import type { BridgeMdbEntry } from './types.js'

type Group = NonNullable<NonNullable<MdbMessage['attrs']['mdb']>['entry']>[number]
/** An entry of a message. */
export type MdbEntry = NonNullable<Group['info']>[number]

interface Part {
  readonly ifindex: number
  readonly entry: MdbEntry
}

const MdbObject = constructorOf<BridgeMdbEntry, Part>(function ({ ifindex, entry }) {
  const { vid, state, flags, addr, attrs } = entry
  this.master = ifindex
  this.dev = entry.ifindex
  this.group = addr.u
  if (attrs.source !== undefined) this.source = attrs.source
  if (vid !== 0) this.vid = vid
  this.state = named(MDB, state)
  this.flags = flagsIn(MDB_FLAGS, flags)
  if (attrs.groupMode !== undefined) this.mode = named(MCAST, attrs.groupMode)
  if (attrs.srcList?.entry !== undefined)
    this.sources = attrs.srcList.entry.flatMap(({ address }) => (address === undefined ? [] : [address]))
  if (attrs.rtprot !== undefined) this.protocol = named(RTPROT, attrs.rtprot)
  if (attrs.timer !== undefined && state === MDB.TEMPORARY) this.timer = attrs.timer
  if (attrs.dst !== undefined) this.dst = attrs.dst
  if (attrs.dstPort !== undefined) this.port = attrs.dstPort
  if (attrs.vni !== undefined) this.vni = attrs.vni
  if (attrs.srcVni !== undefined) this.srcVni = attrs.srcVni
  if (attrs.ifindex !== undefined) this.via = attrs.ifindex
})

/** Converts an entry of a message. */
export const toBridgeMdbEntry = ({ attrs: _, ...header }: MdbMessage, entry: MdbEntry): BridgeMdbEntry =>
  withMessage(new MdbObject({ ifindex: header.ifindex, entry }), {
    ...header,
    attrs: { mdb: { entry: [{ info: [entry] }] } },
  })

/** Returns all entries of a message. */
export const entriesIn = ({ attrs }: MdbMessage): MdbEntry[] =>
  (attrs.mdb?.entry ?? []).flatMap(({ info }) => info ?? [])
