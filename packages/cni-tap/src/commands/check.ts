import type { Connection } from '@netloom/netlink'
import { parseArgs } from '../args.js'
import { type Config, readConfig } from '../config.js'
import { deviceDifferences } from '../device-check.js'
import { CniError, ErrorCode } from '../error.js'
import { delegate } from '../ipam.js'
import { findNamed, withConnection } from '../links.js'
import { isSameNetns, withOpenNetns } from '../netns.js'
import type { Reply, Request } from '../request.js'
import { parsePrevResult, type Result } from '../result.js'
import type { Interface } from '../result-parts.js'
import { addressDifferences, routeDifferences } from '../route-check.js'

/** CHECK: whether the attachment is still what ADD made and what plugins after us have made of it. */
export function check(request: Request): Reply {
  const config = readConfig(request.json, 'CHECK')
  parseArgs(request.args)
  withOpenNetns(request.netns, (netns) => {
    if (config.ipam?.type !== undefined) delegate(request, config.ipam.type, 'CHECK')
    if (config.prevResult === undefined) throw new CniError(ErrorCode.invalidConfig, 'Required prevResult missing')
    const previous = parsePrevResult(config.prevResult, request.version)
    const entry = ownEntry(previous, request)
    withConnection(netns, (nl) => compare(nl, request, config, previous, entry))
  })
  return {}
}

/** Our interface in the previous result: another namespace may have one of that name too. */
function ownEntry(previous: Result, { ifname, netns }: Request): Interface {
  const named = previous.interfaces.filter(({ name }) => name === ifname)
  // What we appended to a previous result comes last.
  const own = named.findLast(({ sandbox }) => sandbox !== undefined && isSameNetns(sandbox, netns))
  if (own !== undefined) return own
  const found = named[0]?.sandbox ?? ''
  throw differs([`Sandbox in prevResult ${found} doesn't match configured netns: ${netns}`])
}

function compare(nl: Connection, request: Request, config: Config, previous: Result, entry: Interface): void {
  const link = findNamed(nl, request.ifname)
  if (link === undefined) throw differs([`${JSON.stringify(request.ifname)}: expected a tap, found no such device`])
  const differences = [
    ...deviceDifferences(nl, link, request, config, entry),
    ...addressDifferences(nl, link, previous, entry),
    ...routeDifferences(nl, link, previous, entry),
  ]
  if (differences.length > 0) throw differs(differences.map((each) => `${JSON.stringify(request.ifname)}: ${each}`))
}

const differs = ([first = '', ...others]: readonly string[]) =>
  new CniError(ErrorCode.checkDiffers, first).withDetails(others)
