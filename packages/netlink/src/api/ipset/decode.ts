import { hostOrder } from '../../codec/index.js'
import { withJson } from '../../codec/json.js'
import { IPSET_FLAG_CADT, type IpsetSetMessage } from '../../netfilter/index.js'
import { familyName } from '../values/ip-text.js'
import { constructorOf, withMessage } from '../values/objects.js'
import { type ElementAttrs, elementText } from './element.js'
import { ipSetTypes, type TypeFacts } from './set-types.js'
import { skbmarkText, skbprioText } from './skb.js'
import type { IpSet, IpSetEntry } from './types.js'

/** Parts of an entry of an unknown type: its addresses, port and others in the order of most types. */
const unknown: TypeFacts = { parts: ['ip'], hasFamily: true, family: 0, options: [] }

/** Returns the facts of a type, also of one that this library does not know. */
export const factsOf = (type: string | undefined): TypeFacts => ipSetTypes.get(type ?? '') ?? unknown

type CreateAttrs = NonNullable<IpsetSetMessage['attrs']['data']>

/** Returns the range of a bitmap. */
function rangeText({ ip, ipTo, port, portTo }: CreateAttrs): string | undefined {
  if (ip !== undefined) return `${ip.ipv4}-${ipTo?.ipv4}`
  return port === undefined ? undefined : `${port}-${portTo}`
}

/**
 * Returns IPSET_ATTR_MARKMASK of a reply. The kernel expects it in the network's byte order, and reports it in the host's: mtype_head(),
 * net/netfilter/ipset/ip_set_hash_gen.h.
 */
function hostToNet(mask: number): number {
  const bytes = new DataView(new ArrayBuffer(4))
  bytes.setUint32(0, mask)
  return bytes.getUint32(0, hostOrder === 'LE')
}

const SetObject = constructorOf<IpSet, IpsetSetMessage>(function ({ attrs }) {
  const data = attrs.data ?? ({} as CreateAttrs)
  const flags = data.cadtFlags ?? 0
  const range = rangeText(data)
  this.name = attrs.setname ?? ''
  this.type = attrs.typename ?? ''
  this.revision = attrs.revision ?? 0
  if (factsOf(attrs.typename).hasFamily) this.family = familyName(attrs.family ?? 0)
  if (range !== undefined) this.range = range
  if (data.hashsize !== undefined) this.hashsize = data.hashsize
  if (data.maxelem !== undefined) this.maxelem = data.maxelem
  if (data.bucketsize !== undefined) this.bucketsize = data.bucketsize
  if (data.initval !== undefined) this.initval = data.initval
  if (data.netmask !== undefined) this.netmask = data.netmask
  if (data.bitmask !== undefined) this.bitmask = data.bitmask.ipv4 ?? data.bitmask.ipv6 ?? ''
  if (data.markmask !== undefined) this.markmask = hostToNet(data.markmask)
  if (data.size !== undefined) this.size = data.size
  if (data.timeout !== undefined) this.timeout = data.timeout
  if (flags & IPSET_FLAG_CADT.WITH_COUNTERS) this.counters = true
  if (flags & IPSET_FLAG_CADT.WITH_COMMENT) this.comment = true
  if (flags & IPSET_FLAG_CADT.WITH_SKBINFO) this.skbinfo = true
  if (flags & IPSET_FLAG_CADT.WITH_FORCEADD) this.forceadd = true
  this.references = data.references ?? 0
  this.memsize = data.memsize ?? 0
  this.elements = data.elements ?? 0
})

/** Converts a message to a set. */
export const toSet = (message: IpsetSetMessage): IpSet => withMessage(new SetObject(message), message)

const EntryObject = constructorOf<IpSetEntry, { attrs: ElementAttrs; facts: TypeFacts }>(function ({ attrs, facts }) {
  const flags = attrs.cadtFlags ?? 0
  this.elem = elementText(facts, attrs)
  if (attrs.timeout !== undefined) this.timeout = attrs.timeout
  if (attrs.packets !== undefined) this.packets = attrs.packets
  if (attrs.bytes !== undefined) this.bytes = attrs.bytes
  if (attrs.comment !== undefined) this.comment = attrs.comment
  if (attrs.skbmark !== undefined) this.skbmark = skbmarkText(attrs.skbmark)
  if (attrs.skbprio !== undefined) this.skbprio = skbprioText(attrs.skbprio)
  if (attrs.skbqueue !== undefined) this.skbqueue = attrs.skbqueue
  if (flags & IPSET_FLAG_CADT.NOMATCH) this.nomatch = true
  if (flags & IPSET_FLAG_CADT.IFACE_WILDCARD) this.wildcard = true
  if (attrs.packets !== undefined) withJson(this)
})

/** Converts the attributes of an entry. */
export const toEntry = (facts: TypeFacts, attrs: ElementAttrs): IpSetEntry =>
  withMessage(new EntryObject({ attrs, facts }), attrs)
