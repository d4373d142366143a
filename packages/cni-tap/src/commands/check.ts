import type { Connection } from '@netloom/netlink'
import { aliasOf } from '../attachment/alias.js'
import { deviceDifferences } from '../attachment/device-check.js'
import { guestRoutingDifferences } from '../attachment/guest-routing.js'
import { findNamed, type Link, listTuns, openConnection } from '../attachment/links.js'
import { loadSpoofCheck, type SpoofCheck } from '../attachment/load-spoof-check.js'
import { loadTraffic, type TrafficControl } from '../attachment/load-traffic.js'
import { sysctlDifferences } from '../attachment/own-settings.js'
import { addressDifferences, guestAddressDifferences, routeDifferences } from '../attachment/route-check.js'
import { type Limits, readLimits } from '../cni/bandwidth.js'
import { readConfig } from '../cni/config.js'
import type { Config } from '../cni/config-keys.js'
import { CniError, ErrorCode } from '../cni/error.js'
import { delegate } from '../cni/ipam.js'
import type { Reply, Request } from '../cni/request.js'
import { parsePrevResult, type Result } from '../cni/result.js'
import type { Interface } from '../cni/result-parts.js'
import { readSettings, type Settings } from '../cni/settings.js'
import { openNetns } from '../system/netns.js'
import { isSameNetns } from '../system/netns-identity.js'

/** CHECK: compares the attachment with the result of ADD and of later plugins in the list. */
export async function check(request: Request): Promise<Reply> {
  const { log } = request
  log.step('check the configuration')
  const config = readConfig(request.json, 'CHECK')
  const settings = readSettings(config, request.args)
  const limits = readLimits(config)
  const spoofCheck = await loadSpoofCheck(config.macspoofchk)
  const traffic = await loadTraffic(config.redirect !== undefined || limits !== undefined)
  log.step('open the namespace')
  using netns = openNetns(request.netns)
  if (config.ipam?.type !== undefined) delegate(request, config.ipam.type, 'CHECK')
  await request.throwIfSignalled()
  log.step('compare')
  if (config.prevResult === undefined) throw new CniError(ErrorCode.invalidConfig, 'Required prevResult missing')
  const previous = parsePrevResult(config.prevResult, request.version)
  const alias = aliasOf(request.network, request.containerId, request.ifname)
  using nl = openConnection(netns.fd)
  const link = findTap(nl, request, config, alias)
  const entry = ownEntry(previous, request, link.attrs.ifname ?? '')
  compare(nl, netns.fd, request, { config, settings, limits, spoofCheck, traffic, previous, entry, alias, link })
  return {}
}

/** Finds the device. With `redirect`, its name is not CNI_IFNAME and may be the kernel's choice. @throws {CniError} 102 */
function findTap(nl: Connection, { ifname, netns }: Request, { redirect }: Config, alias: string): Link {
  const isOwn = ({ attrs }: Link) => attrs.ifalias === alias
  const link = redirect === undefined ? findNamed(nl, ifname) : listTuns(nl, netns).find(isOwn)
  if (link !== undefined) return link
  const expected = redirect === undefined ? 'a tap' : `a tap with alias ${JSON.stringify(alias)}`
  throw differs([`${JSON.stringify(ifname)}: expected ${expected}, found no such device`])
}

/** Returns our interface in the previous result. Interfaces in other namespaces may have the same name. */
function ownEntry(previous: Result, { netns }: Request, name: string): Interface {
  const named = previous.interfaces.filter((each) => each.name === name)
  // ADD appends its interface to the previous result, so ours is the last one.
  const own = named.findLast(({ sandbox }) => sandbox !== undefined && isSameNetns(sandbox, netns))
  if (own !== undefined) return own
  const [first] = named
  if (first === undefined && previous.interfaces.length > 0)
    throw differs([`${JSON.stringify(name)}: expected it in prevResult, found no such interface`])
  const found = first?.sandbox ?? ''
  throw differs([`Sandbox in prevResult ${found} doesn't match configured netns: ${netns}`])
}

interface Expected {
  readonly config: Config
  readonly settings: Settings
  readonly limits: Limits | undefined
  readonly spoofCheck: SpoofCheck | undefined
  readonly traffic: TrafficControl | undefined
  readonly previous: Result
  readonly entry: Interface
  readonly alias: string
  readonly link: Link
}

function compare(nl: Connection, netns: number, request: Request, expected: Expected): void {
  const { config, spoofCheck, traffic, alias, link } = expected
  const { index, attrs } = link
  const differences = [
    ...deviceDifferences(nl, link, expected),
    ...guestRoutingDifferences(netns, link, config.acceptRA),
    ...(spoofCheck?.spoofCheckDifferences(netns, spoofCheck.tableOf(alias), { index, mac: attrs.address ?? '' }) ?? []),
    ...sysctlDifferences(netns, attrs.ifname ?? '', config.sysctl),
    ...(traffic?.trafficDifferences(nl, request, expected) ?? []),
    // The addresses and routes in the result belong to the redirected interface, or to the guest.
    ...(config.redirect === undefined ? addressingDifferences(nl, expected) : []),
  ]
  if (differences.length > 0) throw differs(differences.map((each) => `${JSON.stringify(attrs.ifname)}: ${each}`))
}

function addressingDifferences(nl: Connection, { config, link, previous, entry }: Expected): string[] {
  if (config.ipOn === 'guest') return guestAddressDifferences(nl, link, previous, entry)
  return [...addressDifferences(nl, link, previous, entry), ...routeDifferences(nl, link, previous, entry)]
}

const differs = ([first = '', ...others]: readonly string[]) =>
  new CniError(ErrorCode.checkDiffers, first).withDetails(others)
