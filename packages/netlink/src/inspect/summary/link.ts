import { AF, nameOf } from '../../codec/index.js'
import { IF_OPER, IFF } from '../../route/index.js'
import { MOST_SENT } from './generic.js'
import { isMembers } from './members.js'
import type { Sketch } from './sketch.js'
import type { Summary } from './types.js'

/** Members of requests that are shown in another form, or only say what the kernel has to send. */
const SHOWN = ['ifname', 'linkinfo.kind', 'flags', 'index', 'type', 'extMask', 'change', 'master', 'link', 'altIfname']

/** Summarizes a link: `new link br9 bridge`. Messages of the kernel contain all of a link, requests what they change. */
export function linkSummary(sketch: Sketch, verb: string): Summary {
  const { value, attrs, message } = sketch
  const { index } = value
  const name = typeof attrs.ifname === 'string' ? attrs.ifname : undefined
  if (typeof index === 'number' && index > 0) {
    const known = sketch.names.link(index)
    // A request with an index and a name renames the link.
    if (message.toKernel && name !== undefined && known !== undefined && known !== name) {
      sketch.named(known, 'index')
      sketch.add(`name ${name}`, 'ifname')
    } else if (name !== undefined) {
      sketch.named(name, 'ifname')
      sketch.add(`#${index}`, 'index')
    } else sketch.named(sketch.link(index), 'index')
  } else if (name !== undefined) sketch.named(name, 'ifname')
  else if (typeof attrs.altIfname === 'string') sketch.named(attrs.altIfname, 'altIfname')
  const isBridge = value.family === AF.BRIDGE
  const kind = isMembers(attrs.linkinfo) ? attrs.linkinfo.kind : undefined
  if (typeof kind === 'string') sketch.add(kind, 'linkinfo.kind')
  if (message.toKernel) sentLink(sketch, verb)
  else receivedLink(sketch)
  return sketch.summary(verb, isBridge ? 'bridge port' : 'link')
}

function sentLink(sketch: Sketch, verb: string): void {
  const { value, attrs } = sketch
  const { flags, change } = value
  if (
    typeof flags === 'number' &&
    ((typeof change === 'number' && change & IFF.UP) || (flags & IFF.UP && verb !== 'dump'))
  )
    sketch.add(flags & IFF.UP ? 'up' : 'down', 'flags')
  if (attrs.master === 0) sketch.add('no master', 'master')
  else sketch.dev('master', 'master')
  sketch.dev('link', 'on')
  const family = value.family
  if (verb === 'dump' && typeof family === 'number' && family !== 0 && family !== AF.BRIDGE)
    sketch.add(nameOf(AF, family))
  sketch.rest([...SHOWN, 'family'], MOST_SENT)
}

function receivedLink(sketch: Sketch): void {
  const { value, attrs } = sketch
  sketch.attribute('mtu')
  if (typeof value.flags === 'number') sketch.add(stateOf(value.flags, attrs.operstate), 'flags')
  sketch.dev('master', 'master')
  sketch.dev('link', 'on')
  if (typeof attrs.address === 'string') sketch.attribute('address', '')
  if (isMembers(attrs.afSpec) && Array.isArray(attrs.afSpec.vlanInfo))
    sketch.add(`vlans ${vlanList(attrs.afSpec.vlanInfo)}`, 'afSpec.vlanInfo')
}

/** Returns the VLANs of a port: `1,100-110`. */
function vlanList(infos: readonly unknown[]): string {
  let text = ''
  for (const info of infos) {
    const { vid, flags } = info as { vid?: number; flags?: number }
    // BRIDGE_VLAN_INFO_RANGE_END, linux/if_bridge.h
    const isEnd = ((flags ?? 0) & 16) !== 0
    text += text === '' ? `${vid}` : `${isEnd ? '-' : ','}${vid}`
  }
  return text
}

/** Returns the state of a link: `down`, `up`, or `up, no carrier`. */
function stateOf(flags: number, operstate: unknown): string {
  if ((flags & IFF.UP) === 0) return 'down'
  if ((flags & IFF.LOWER_UP) !== 0) return 'up'
  return operstate === IF_OPER.DORMANT ? 'up, dormant' : 'up, no carrier'
}
