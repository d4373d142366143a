import { readdirSync } from 'node:fs'
import { type Connection, DumpInterruptedError, type LinkMessage, RTEXT_FILTER } from '@netloom/netlink'
import { aliasOf, aliasPrefixOf } from '../alias.js'
import { isSpoofChecked, readConfig } from '../config.js'
import type { Config } from '../config-keys.js'
import { attemptAll, throwFirst } from '../detach.js'
import { CniError, ErrorCode, ifAny, kernelCall } from '../error.js'
import { delegate } from '../ipam.js'
import { deleteLink, withConnection } from '../links.js'
import { loadSpoofCheck, type SpoofCheck } from '../load-spoof-check.js'
import { withNetnsIfAny } from '../netns.js'
import { identityOf } from '../netns-identity.js'
import type { Reply, Request } from '../request.js'

/** Where runtimes and `ip netns` mount the namespaces that have names. */
const namespaceDirectories = ['/run/netns', '/var/run/netns']

/** GC: removes what belongs to no valid attachment, all of it that can be removed. */
export async function gc(request: Request): Promise<Reply> {
  const config = readConfig(request.json, 'GC')
  const valid = new Set(validAttachments(config).map((each) => aliasOf(request.network, each.containerID, each.ifname)))
  const spoofCheck = await loadSpoofCheck(isSpoofChecked(request.json))
  const { ipam } = config
  const forward = () => {
    if (ipam?.type !== undefined) delegate(request, ipam.type, 'GC')
  }
  const sweepAll = () =>
    throwFirst(attemptAll(namespaces().map((path) => () => sweep(path, request, valid, spoofCheck))))
  throwFirst(attemptAll([forward, sweepAll]))
  return {}
}

/** A list that is missing must not be taken for an empty one: that would remove everything. */
function validAttachments(config: Config) {
  const lists = [config['cni.dev/valid-attachments'], config['cni.dev/attachments']].filter(
    (list) => list !== undefined,
  )
  if (lists.length > 0) return lists.flat()
  throw new CniError(ErrorCode.invalidConfig, 'missing cni.dev/valid-attachments')
}

function namespaces(): string[] {
  const found = new Map<string, string>()
  for (const directory of namespaceDirectories) {
    for (const name of namesIn(directory)) {
      const path = `${directory}/${name}`
      found.set(identityOf(path) ?? path, path)
    }
  }
  return [...found.values()]
}

const namesIn = (directory: string) => ifAny(`failed to list ${directory}`, () => readdirSync(directory)) ?? []

function sweep(
  path: string,
  { network }: Request,
  valid: ReadonlySet<string>,
  spoofCheck: SpoofCheck | undefined,
): void {
  const prefix = aliasPrefixOf(network)
  const sweepTables = (fd: number) => {
    if (spoofCheck) spoofCheck.sweepSpoofChecks(fd, prefix, new Set([...valid].map(spoofCheck.tableOf)))
  }
  const action = (fd: number) => {
    withConnection(fd, (nl) => sweepLinks(nl, path, prefix, valid))
    sweepTables(fd)
  }
  withNetnsIfAny(path, action, () => {})
}

function sweepLinks(nl: Connection, path: string, prefix: string, valid: ReadonlySet<string>): void {
  for (const link of kernelCall(`failed to list the devices of ${path}`, () => listLinks(nl))) {
    const { ifalias = '', linkinfo } = link.attrs
    const isOurs = linkinfo?.kind === 'tun' && ifalias.startsWith(prefix)
    if (isOurs && !valid.has(ifalias)) deleteLink(nl, link)
  }
}

/** Where devices come and go all the time, no list is ever whole; what is missed will be found the next time. */
function listLinks(nl: Connection): readonly LinkMessage[] {
  try {
    // With any filter the kernel makes room for links of all sizes.
    return nl.dumpSync('RTM_GETLINK', { attrs: { extMask: RTEXT_FILTER.SKIP_STATS } })
  } catch (error) {
    if (error instanceof DumpInterruptedError) return error.received as readonly LinkMessage[]
    throw error
  }
}
