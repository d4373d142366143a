import type { Connection } from '@netloom/netlink'
import { aliasOf } from '../attachment/alias.js'
import { deviceDifferences } from '../attachment/device-check.js'
import { guestRoutingDifferences } from '../attachment/guest-routing.js'
import { findNamed, openConnection } from '../attachment/links.js'
import { loadSpoofCheck, type SpoofCheck } from '../attachment/load-spoof-check.js'
import { addressDifferences, routeDifferences } from '../attachment/route-check.js'
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
  const spoofCheck = await loadSpoofCheck(config.macspoofchk)
  log.step('open the namespace')
  using netns = openNetns(request.netns)
  if (config.ipam?.type !== undefined) delegate(request, config.ipam.type, 'CHECK')
  await request.throwIfSignalled()
  log.step('compare')
  if (config.prevResult === undefined) throw new CniError(ErrorCode.invalidConfig, 'Required prevResult missing')
  const previous = parsePrevResult(config.prevResult, request.version)
  const entry = ownEntry(previous, request)
  const alias = aliasOf(request.network, request.containerId, request.ifname)
  using nl = openConnection(netns.fd)
  compare(nl, netns.fd, request.ifname, { config, settings, spoofCheck, previous, entry, alias })
  return {}
}

/** Returns our interface in the previous result. Interfaces in other namespaces may have the same name. */
function ownEntry(previous: Result, { ifname, netns }: Request): Interface {
  const named = previous.interfaces.filter(({ name }) => name === ifname)
  // ADD appends its interface to the previous result, so ours is the last one.
  const own = named.findLast(({ sandbox }) => sandbox !== undefined && isSameNetns(sandbox, netns))
  if (own !== undefined) return own
  const found = named[0]?.sandbox ?? ''
  throw differs([`Sandbox in prevResult ${found} doesn't match configured netns: ${netns}`])
}

interface Expected {
  readonly config: Config
  readonly settings: Settings
  readonly spoofCheck: SpoofCheck | undefined
  readonly previous: Result
  readonly entry: Interface
  readonly alias: string
}

function compare(nl: Connection, netns: number, ifname: string, expected: Expected): void {
  const { spoofCheck, previous, entry, alias } = expected
  const link = findNamed(nl, ifname)
  if (link === undefined) throw differs([`${JSON.stringify(ifname)}: expected a tap, found no such device`])
  const { index, attrs } = link
  const differences = [
    ...deviceDifferences(nl, link, expected),
    ...guestRoutingDifferences(netns, link, expected.config.acceptRA),
    ...(spoofCheck?.spoofCheckDifferences(netns, spoofCheck.tableOf(alias), { index, mac: attrs.address ?? '' }) ?? []),
    ...addressDifferences(nl, link, previous, entry),
    ...routeDifferences(nl, link, previous, entry),
  ]
  if (differences.length > 0) throw differs(differences.map((each) => `${JSON.stringify(ifname)}: ${each}`))
}

const differs = ([first = '', ...others]: readonly string[]) =>
  new CniError(ErrorCode.checkDiffers, first).withDetails(others)
