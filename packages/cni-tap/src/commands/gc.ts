import { aliasOf } from '../attachment/alias.js'
import { sweepAll } from '../attachment/collection.js'
import { loadSpoofCheck } from '../attachment/load-spoof-check.js'
import { loadTraffic } from '../attachment/load-traffic.js'
import { readConfig, readParts } from '../cni/config.js'
import type { Config } from '../cni/config-keys.js'
import { attemptAll, CniError, ErrorCode, throwFirst } from '../cni/error.js'
import { delegate } from '../cni/ipam.js'
import type { Reply, Request } from '../cni/request.js'
import { namedNetns } from '../system/named-netns.js'

/** GC: removes the devices, tables and addresses of attachments that are not valid. Continues after failures. */
export async function gc(request: Request): Promise<Reply> {
  const config = readConfig(request.json, 'GC')
  const attachments = validAttachments(config)
  const parts = readParts(request.json)
  const spoofCheck = await loadSpoofCheck(parts.spoofCheck)
  const traffic = await loadTraffic(parts.redirect || parts.bandwidth)
  const ipam = config.ipam?.type
  const valid = new Set(attachments.map((each) => aliasOf(request.network, each.containerID, each.ifname)))
  const inUse = new Set(attachments.map(({ containerID }) => containerID))
  const collectAddresses = () => {
    if (ipam !== undefined) delegate(request, ipam, 'GC')
  }
  const sweep = () => {
    request.log.step('list the namespaces')
    const paths = namedNetns(config.gcNetnsDirs ?? [], request.note)
    request.log.detail('namespaces', () => paths)
    if (paths.length === 0 && attachments.length > 0)
      request.note(`found no network namespace, although ${attachments.length} attachments are valid`)
    const isStaleMark = traffic?.staleMarks(request.network, valid) ?? (() => false)
    sweepAll(paths, { request, ipam, spoofCheck, traffic, isLimited: parts.bandwidth, isStaleMark, valid, inUse })
  }
  throwFirst(attemptAll([collectAddresses, sweep]))
  return {}
}

/** @throws {CniError} 7 if the list is missing. Treating it as empty would remove everything. */
function validAttachments(config: Config) {
  const lists = [config['cni.dev/valid-attachments'], config['cni.dev/attachments']].filter(
    (list) => list !== undefined,
  )
  if (lists.length > 0) return lists.flat()
  throw new CniError(ErrorCode.invalidConfig, 'missing cni.dev/valid-attachments')
}
