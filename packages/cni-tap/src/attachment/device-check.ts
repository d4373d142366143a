import type { Connection, LinkMessage } from '@netloom/netlink'
import { IFF } from '@netloom/netlink/route'
import type { Config } from '../cni/config-keys.js'
import type { Interface } from '../cni/result-parts.js'
import type { Settings } from '../cni/settings.js'
import { portDifferences, portOf } from './bridge-port.js'
import { findBridge } from './links.js'
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
 * Returns how the device differs from what the configuration requires. A key that the configuration does not have requires
 * nothing: a plugin after this one may set it, as `tuning` does. `pi` and `vnetHdr` are left out, because each attachment to a
 * tap sets them anew.
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
    ['owner', settings.owner, owner ?? 'none'],
    ['group', settings.group, group ?? 'none'],
    ['multiQueue', settings.multiQueue, Boolean(multiQueue)],
  ]
}

function linkAspects(link: LinkMessage, expected: Expected, master: number | undefined): Aspect[] {
  const { config, settings, entry, alias } = expected
  const { ifalias, address, mtu, txqlen } = link.attrs
  return [
    // Upstream's plugin, which may have made the device, gives it no alias.
    ['alias', ifalias === undefined ? undefined : alias, ifalias],
    // A device that is down passes nothing.
    ['up', true, (link.flags & IFF.UP) !== 0],
    // A plugin after this one changes the address in the result too.
    ['mac', entry.mac?.toLowerCase() ?? settings.mac, address],
    ['mtu', expectedMtu(expected, mtu), mtu],
    ['txQueueLen', config.txQueueLen, txqlen],
    ['master', master, link.attrs.master ?? 'none'],
  ]
}

/** A plugin after this one may have changed a configured MTU, and said so in the result. */
function expectedMtu({ config, entry }: Expected, found: number | undefined): number | undefined {
  if (!config.mtu) return undefined
  return entry.mtu === found ? found : config.mtu
}

const show = (value: unknown) => (typeof value === 'string' && value !== 'none' ? JSON.stringify(value) : String(value))
