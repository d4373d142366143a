import { AF, nameOf } from '../../codec/index.js'
import { IF_OPER, IFF } from '../../route/index.js'
import { dataOptions, flagsOf, linkOptions, peerOptions } from '../again/command/link-command.js'
import type { Options } from '../again/command/words.js'
import { MOST_SENT } from './generic.js'
import { linkAddress } from './link-address.js'
import { isMembers, type Members } from './members.js'
import { portSummary, vlanList } from './port.js'
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
    if (message.toKernel && name !== undefined && verb === 'set') {
      // The names may be later ones: those of the event that the request caused.
      sketch.named(known !== undefined && known !== name ? known : `#${index}`, 'index')
      sketch.add(`name ${name}`, 'ifname')
    } else if (name !== undefined) {
      sketch.named(name, 'ifname')
      sketch.add(`#${index}`, 'index')
    } else sketch.named(sketch.link(index), 'index')
  } else if (name !== undefined) sketch.named(name, 'ifname')
  else if (typeof attrs.altIfname === 'string') sketch.named(attrs.altIfname, 'altIfname')
  else if (isOfGroup(sketch, verb)) sketch.named(`group ${attrs.group}`, 'group')
  const isBridge = value.family === AF.BRIDGE
  const kind = isMembers(attrs.linkinfo) ? attrs.linkinfo.kind : undefined
  if (typeof kind === 'string') sketch.add(kind, 'linkinfo.kind')
  if (!message.toKernel) receivedLink(sketch)
  else if (isBridge && verb !== 'dump') return portSummary(sketch, verb)
  else sentLink(sketch, verb)
  return sketch.summary(verb, isBridge ? 'bridge port' : 'link')
}

/** True for a request that concerns all links of a group. */
const isOfGroup = ({ value, attrs, message }: Sketch, verb: string): boolean =>
  message.toKernel &&
  verb !== 'dump' &&
  verb !== 'new' &&
  !value.index &&
  attrs.group !== undefined &&
  attrs.ifname === undefined

/** Families of a dump that need no mention: `ip link show` sends AF_PACKET, for which the kernel dumps all links. */
const ALL_LINKS: readonly unknown[] = [AF.UNSPEC, AF.PACKET, AF.BRIDGE]

function sentLink(sketch: Sketch, verb: string): void {
  const { value, attrs } = sketch
  const { family } = value
  if (verb !== 'dump') addFlags(sketch)
  if (attrs.master === 0) sketch.add('no master', 'master')
  else sketch.dev('master', 'master')
  addLower(sketch)
  if (verb === 'dump' && typeof family === 'number' && !ALL_LINKS.includes(family))
    sketch.add(nameOf(AF, family).replace('AF_', '').toLowerCase())
  const { master: _, group, ...options } = linkOptions
  sketch.phrases(attrs, isOfGroup(sketch, verb) ? options : { ...options, ...(group && { group }) })
  if (isMembers(attrs.linkinfo)) addKind(sketch, attrs.linkinfo)
  sketch.rest([...SHOWN, 'family'], MOST_SENT)
}

/** Adds what a request changes of the flags: `up`, `promisc on`. */
function addFlags(sketch: Sketch): void {
  const { flags, change } = sketch.value
  if (typeof flags !== 'number') return
  const words = flagsOf({ flags, change: typeof change === 'number' ? change : 0 })
  if (words !== undefined) {
    if (words.length > 0) sketch.words(words, 'flags')
  } else if (flags & IFF.UP || (typeof change === 'number' && change & IFF.UP))
    sketch.add(flags & IFF.UP ? 'up' : 'down', 'flags')
}

/** Adds the options of a kind, in the words of `ip link … type KIND`. */
function addKind(sketch: Sketch, { kind, slaveKind, data, slaveData }: Members): void {
  const options = dataOptions(kind, false)
  if (options !== undefined) sketch.phrases(data, options, 'linkinfo.data')
  const port = slaveKind ?? (typeof kind === 'string' ? kind.replace(/_slave$/, '') : undefined)
  const portOptions = slaveData === undefined ? undefined : dataOptions(port, true)
  if (portOptions !== undefined) sketch.phrases(slaveData, portOptions, 'linkinfo.slaveData')
  if (isMembers(data) && isMembers(data.peer)) addPeer(sketch, data.peer)
}

const afterPeer = (options: Options): Options =>
  Object.fromEntries(
    Object.entries(options).map(([key, format]) => [
      key,
      (value, request) => {
        const words = format(value, request)
        return words && words.length > 0 ? ['peer', ...words] : words
      },
    ]),
  )
const optionsOfPeer: Options = { ifname: (name: string) => ['peer', name], ...afterPeer(peerOptions) }

/** Adds the other end of a veth. Its header is mostly empty. */
function addPeer(sketch: Sketch, { attrs, ...header }: Members): void {
  const path = 'linkinfo.data.peer'
  sketch.phrases(attrs, optionsOfPeer, path)
  for (const key in header) if (header[key] === 0) sketch.shown(`${path}.${key}`)
}

/** Adds the link below. Tunnels without one have the index 0. */
function addLower(sketch: Sketch): void {
  if (sketch.attrs.link !== 0) sketch.dev('link', 'on')
}

function receivedLink(sketch: Sketch): void {
  const { value, attrs } = sketch
  sketch.attribute('mtu')
  if (typeof value.flags === 'number') sketch.add(stateOf(value.flags, attrs.operstate), 'flags')
  sketch.dev('master', 'master')
  addLower(sketch)
  if (typeof attrs.address === 'string') sketch.add(linkAddress(attrs.address), 'address')
  if (isMembers(attrs.afSpec) && Array.isArray(attrs.afSpec.vlanInfo))
    sketch.add(`vlans ${vlanList(attrs.afSpec.vlanInfo)}`, 'afSpec.vlanInfo')
}

/** Returns the state of a link: `down`, `up`, or `up, no carrier`. */
function stateOf(flags: number, operstate: unknown): string {
  if ((flags & IFF.UP) === 0) return 'down'
  if ((flags & IFF.LOWER_UP) !== 0) return 'up'
  return operstate === IF_OPER.DORMANT ? 'up, dormant' : 'up, no carrier'
}

/** Summarizes other names of a link: `new altname eth0 enp3s0`. */
export function altnameSummary(sketch: Sketch, verb: string): Summary {
  const { attrs, value, message } = sketch
  const { index } = value
  if (typeof index === 'number' && index !== 0) sketch.named(sketch.link(index), 'index')
  else sketch.identify()
  const names = isMembers(attrs.propList) ? attrs.propList.altIfname : undefined
  if (Array.isArray(names)) {
    sketch.words(names.map(String), 'propList.altIfname')
    sketch.shown('propList.altIfname')
  }
  sketch.rest([], MOST_SENT)
  return sketch.summary(message.toKernel && verb === 'append' ? 'new' : verb, 'altname')
}
