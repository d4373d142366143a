import type { Connection, LinkMessage } from '@netloom/netlink'
import { aliasOf } from './alias.js'
import type { Config } from './config.js'
import { findBridge } from './links.js'
import type { Request } from './request.js'
import type { Interface } from './result-parts.js'
import { IFF_TAP } from './tap.js'

/** An aspect of the device: what is expected (undefined: anything), and what is the case. */
type Aspect = readonly [name: string, expected: unknown, found: unknown]

/**
 * How the device differs from the configuration, and in what a later plugin may have changed, from the previous result.
 * `pi` and `vnetHdr` are left out: whoever attaches to a tap sets them anew.
 */
export function deviceDifferences(
  nl: Connection,
  link: LinkMessage,
  request: Request,
  config: Config,
  entry: Interface,
): string[] {
  const { linkinfo } = link.attrs
  if (linkinfo?.kind !== 'tun') return [`expected a tap, found ${linkinfo?.kind ?? 'a device of no kind'}`]
  if (linkinfo.data?.type !== IFF_TAP) return ['expected a tap, found a tun']
  const aspects = [...tapAspects(linkinfo.data, config), ...linkAspects(nl, link, request, config, entry)]
  return aspects
    .filter(([, expected, found]) => expected !== undefined && expected !== found)
    .map(([name, expected, found]) => `expected ${name} ${show(expected)}, found ${show(found)}`)
}

type TunData = Readonly<Partial<Record<'owner' | 'group' | 'persist' | 'multiQueue', number | undefined>>>

function tapAspects({ owner, group, persist, multiQueue }: TunData, config: Config): Aspect[] {
  return [
    ['persist', true, Boolean(persist)],
    ['owner', config.owner ?? 'none', owner ?? 'none'],
    ['group', config.group ?? 'none', group ?? 'none'],
    ['multiQueue', config.multiQueue ?? false, Boolean(multiQueue)],
  ]
}

function linkAspects(nl: Connection, link: LinkMessage, request: Request, config: Config, entry: Interface): Aspect[] {
  const { ifalias, address, mtu, master } = link.attrs
  const alias = aliasOf(request.network, request.containerId, request.ifname)
  const bridge = config.bridge
  return [
    // Upstream's plugin, which may have made the device, gives it no alias.
    ['alias', ifalias === undefined ? undefined : alias, ifalias],
    ['mac', entry.mac?.toLowerCase(), address],
    ['mtu', entry.mtu || undefined, mtu],
    ['master', bridge === undefined ? undefined : findBridge(nl, bridge), master ?? 'none'],
  ]
}

const show = (value: unknown) => (typeof value === 'string' && value !== 'none' ? JSON.stringify(value) : String(value))
