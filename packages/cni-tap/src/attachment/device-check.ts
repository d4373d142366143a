import type { Connection } from '@netloom/netlink'
import { IFF } from '@netloom/netlink/route'
import type { Config } from '../cni/config-keys.js'
import type { Interface } from '../cni/result-parts.js'
import type { Settings } from '../cni/settings.js'
import { portDifferences, portOf } from './bridge-port.js'
import { describeIndex, findBridge, type Link } from './links.js'
import { IFF_TAP } from './tap.js'

/** A property of the device: its name, the expected value (undefined: any value), and the actual value. */
type Property = readonly [name: string, expected: unknown, found: unknown]

/** Expected values to compare with. */
interface Expected {
  readonly config: Config
  readonly settings: Settings
  readonly entry: Interface
  readonly alias: string
}

/**
 * Returns a description of each difference between the device and the configuration. A key that is absent from the configuration
 * is not compared, because a later plugin such as `tuning` may set the property. `pi` and `vnetHdr` are not compared, because
 * every program that opens the tap sets them.
 */
export function deviceDifferences(nl: Connection, link: Link, expected: Expected): string[] {
  const { linkinfo } = link.attrs
  if (linkinfo?.kind !== 'tun') return [`expected a tap, found ${linkinfo?.kind ?? 'a device of no kind'}`]
  if (linkinfo.data?.type !== IFF_TAP) return ['expected a tap, found a tun']
  const { bridge: name } = expected.config
  const bridge = name === undefined ? undefined : findBridge(nl, name)
  const properties = [...tapProperties(linkinfo.data, expected.settings), ...linkProperties(link, expected)]
  const port = portOf(expected.config, bridge?.data)
  return [
    ...properties
      .filter(([, wanted, found]) => wanted !== undefined && wanted !== found)
      .map(([name, wanted, found]) => `expected ${name} ${show(wanted)}, found ${show(found)}`),
    ...masterDifferences(nl, link, bridge?.index),
    ...(port === undefined ? [] : portDifferences(nl, link, port)),
  ]
}

type TunData = Readonly<Partial<Record<'owner' | 'group' | 'persist' | 'multiQueue', number | undefined>>>

function tapProperties({ owner, group, persist, multiQueue }: TunData, settings: Settings): Property[] {
  return [
    ['persist', true, Boolean(persist)],
    ['owner', settings.owner, owner ?? 'none'],
    ['group', settings.group, group ?? 'none'],
    ['multiQueue', settings.multiQueue, Boolean(multiQueue)],
  ]
}

function linkProperties(link: Link, expected: Expected): Property[] {
  const { config, settings, entry, alias } = expected
  const { ifalias, address, mtu, txqlen } = link.attrs
  return [
    // Upstream's plugin may have created the device. It sets no alias.
    ['alias', ifalias === undefined ? undefined : alias, ifalias],
    // A device that is down drops all frames.
    ['up', true, (link.flags & IFF.UP) !== 0],
    // A later plugin that changes the address also changes it in the result.
    ['mac', entry.mac?.toLowerCase() ?? settings.mac, address],
    ['mtu', expectedMtu(expected, mtu), mtu],
    ['txQueueLen', config.txQueueLen, txqlen],
  ]
}

function masterDifferences(nl: Connection, { attrs }: Link, expected: number | undefined): string[] {
  const { master } = attrs
  if (expected === undefined || master === expected) return []
  const found = master === undefined ? 'none' : describeIndex(nl, master)
  return [`expected master ${describeIndex(nl, expected)}, found ${found}`]
}

/** Returns the MTU to expect. A later plugin may have changed the configured MTU, and the MTU in the result. */
function expectedMtu({ config, entry }: Expected, found: number | undefined): number | undefined {
  if (!config.mtu) return undefined
  return entry.mtu === found ? found : config.mtu
}

const show = (value: unknown) => (typeof value === 'string' && value !== 'none' ? JSON.stringify(value) : String(value))
