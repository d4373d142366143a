import { type Connection, IFF, type LinkMessage } from '@netloom/netlink'
import { portDifferences, portOf } from './bridge-port.js'
import type { Config } from './config-keys.js'
import { findBridge } from './links.js'
import type { Interface } from './result-parts.js'
import type { Settings } from './settings.js'
import { IFF_TAP } from './tap.js'

/** An aspect of the device: what is expected (undefined: anything), and what is the case. */
type Aspect = readonly [name: string, expected: unknown, found: unknown]

/** What the device is held against. */
interface Expected {
  readonly config: Config
  readonly settings: Settings
  readonly entry: Interface
  readonly alias: string
}

/**
 * How the device differs from the configuration, and in what a later plugin may have changed, from the previous result.
 * `pi` and `vnetHdr` are left out: whoever attaches to a tap sets them anew.
 */
export function deviceDifferences(nl: Connection, link: LinkMessage, expected: Expected): string[] {
  const { linkinfo } = link.attrs
  if (linkinfo?.kind !== 'tun') return [`expected a tap, found ${linkinfo?.kind ?? 'a device of no kind'}`]
  if (linkinfo.data?.type !== IFF_TAP) return ['expected a tap, found a tun']
  const { bridge: name } = expected.config
  const bridge = name === undefined ? undefined : findBridge(nl, name)
  const aspects = [...tapAspects(linkinfo.data, expected.settings), ...linkAspects(link, expected, bridge?.index)]
  const port = portOf(expected.config, bridge?.data)
  return [
    ...aspects
      .filter(([, wanted, found]) => wanted !== undefined && wanted !== found)
      .map(([aspect, wanted, found]) => `expected ${aspect} ${show(wanted)}, found ${show(found)}`),
    ...(port === undefined ? [] : portDifferences(nl, link, port)),
  ]
}

type TunData = Readonly<Partial<Record<'owner' | 'group' | 'persist' | 'multiQueue', number | undefined>>>

function tapAspects({ owner, group, persist, multiQueue }: TunData, settings: Settings): Aspect[] {
  return [
    ['persist', true, Boolean(persist)],
    ['owner', settings.owner ?? 'none', owner ?? 'none'],
    ['group', settings.group ?? 'none', group ?? 'none'],
    ['multiQueue', settings.multiQueue, Boolean(multiQueue)],
  ]
}

function linkAspects(link: LinkMessage, { config, entry, alias }: Expected, master: number | undefined): Aspect[] {
  const { ifalias, address, mtu, txqlen } = link.attrs
  return [
    // Upstream's plugin, which may have made the device, gives it no alias.
    ['alias', ifalias === undefined ? undefined : alias, ifalias],
    // A device that is down passes nothing.
    ['up', true, (link.flags & IFF.UP) !== 0],
    ['mac', entry.mac?.toLowerCase(), address],
    ['mtu', entry.mtu || undefined, mtu],
    ['txQueueLen', config.txQueueLen, txqlen],
    ['master', master, link.attrs.master ?? 'none'],
  ]
}

const show = (value: unknown) => (typeof value === 'string' && value !== 'none' ? JSON.stringify(value) : String(value))
