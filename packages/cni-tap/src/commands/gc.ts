import { readdirSync } from 'node:fs'
import { type LinkMessage, withNetns } from '@netloom/netlink'
import { type Attachment, aliasOf, aliasPrefixOf, attachmentOf } from '../attachment/alias.js'
import { attemptAll, throwFirst } from '../attachment/detach.js'
import { deleteLink, listing, listTuns, withConnection } from '../attachment/links.js'
import { loadSpoofCheck, type SpoofCheck } from '../attachment/load-spoof-check.js'
import { isSpoofChecked, readConfig } from '../cni/config.js'
import type { Config } from '../cni/config-keys.js'
import { CniError, ErrorCode, errnoCode, failure } from '../cni/error.js'
import { delegate } from '../cni/ipam.js'
import { checkContainerId, checkInterfaceName } from '../cni/names.js'
import type { Reply, Request } from '../cni/request.js'
import { missingCapability } from '../system/capabilities.js'
import { withNetnsIfAny } from '../system/netns.js'
import { identityOf } from '../system/netns-identity.js'

/** The directories where runtimes and `ip netns` mount the namespaces that have names. */
const namespaceDirectories = ['/run/netns', '/var/run/netns']

/** One call of GC. */
interface Collection {
  readonly request: Request
  readonly ipam: string | undefined
  readonly spoofCheck: SpoofCheck | undefined
  /** The aliases of the valid attachments. */
  readonly valid: ReadonlySet<string>
  /** Their container IDs. */
  readonly inUse: ReadonlySet<string>
}

/** GC: removes what belongs to no valid attachment, all of it that can be removed. */
export async function gc(request: Request): Promise<Reply> {
  const config = readConfig(request.json, 'GC')
  const attachments = validAttachments(config)
  const valid = new Set(attachments.map((each) => aliasOf(request.network, each.containerID, each.ifname)))
  const inUse = new Set(attachments.map(({ containerID }) => containerID))
  const spoofCheck = await loadSpoofCheck(isSpoofChecked(request.json))
  const ipam = config.ipam?.type
  const collection = { request, ipam, spoofCheck, valid, inUse }
  const forward = () => {
    if (ipam !== undefined) delegate(request, ipam, 'GC')
  }
  const sweepAll = () => throwFirst(attemptAll(namespaces().map((path) => () => sweep(path, collection))))
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
      const identity = identityOf(path) ?? path
      if (!found.has(identity)) found.set(identity, path)
    }
  }
  return [...found.values()]
}

/** A directory that does not exist holds no namespaces; one that cannot be read may. */
function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    if (errnoCode(error) === 'ENOENT') return []
    throw failure(`failed to list ${directory}`, error, ErrorCode.invalidNetns)
  }
}

function sweep(path: string, collection: Collection): void {
  const { request, spoofCheck, valid } = collection
  const prefix = aliasPrefixOf(request.network)
  withNetnsIfAny(path, {}, (fd) => {
    if (!mayEnter(fd, path)) return
    withConnection(
      fd,
      (nl) => {
        const links = listTuns(nl, path).filter(({ attrs }) => attrs.ifalias?.startsWith(prefix))
        const tables = spoofCheck?.spoofChecksOf(fd, prefix) ?? []
        const stale = new Set([...links.map(aliasIn), ...tables].filter((alias) => !valid.has(alias)))
        const attachments = links
          .filter((link) => valid.has(aliasIn(link)))
          .map((link) => attachmentOf(aliasIn(link), request.network))
        const isValidHere = (id: string) => attachments.some((attachment) => attachment?.[0] === id)
        const collect = (alias: string) => () => {
          // First, because the alias is the only record of who holds the addresses: if that fails, the next GC tries again.
          release(alias, path, collection, isValidHere)
          for (const link of links) if (aliasIn(link) === alias) deleteLink(nl, link)
          if (spoofCheck) spoofCheck.removeSpoofCheck(fd, spoofCheck.tableOf(alias))
        }
        throwFirst(attemptAll([...stale].map(collect)))
      },
      listing,
    )
  })
}

const aliasIn = ({ attrs }: LinkMessage) => attrs.ifalias ?? ''

/**
 * False for a namespace of a user namespace that is not the plugin's, and for one that is not a network namespace: as the plugin
 * cannot enter it, it has created nothing there.
 * @throws {CniError} 8 if the plugin lacks the capability for any namespace
 */
function mayEnter(fd: number, path: string): boolean {
  try {
    withNetns(fd, () => {})
    return true
  } catch (error) {
    if (errnoCode(error) === 'EPERM' && missingCapability('CAP_SYS_ADMIN') === undefined) return false
    // It is a namespace of another kind.
    if (errnoCode(error) === 'EINVAL') return false
    throw failure(`failed to enter netns ${JSON.stringify(path)}`, error, ErrorCode.invalidNetns)
  }
}

/**
 * Has the IPAM plugin release the addresses of an attachment. Plugins like host-local cannot collect them by themselves. Those of
 * a container whose valid attachments are in other namespaces stay: a pod can set any alias, and host-local may look at the
 * container ID alone. `isValidHere` is true for a container with a valid attachment in this namespace.
 */
function release(alias: string, path: string, collection: Collection, isValidHere: (id: string) => boolean): void {
  const { request, ipam, inUse } = collection
  if (ipam === undefined) return
  const attachment = attachmentOf(alias, request.network)
  if (attachment !== undefined && isAttachment(attachment) && aliasOf(request.network, ...attachment) === alias) {
    const [containerId, ifname] = attachment
    if (inUse.has(containerId) && !isValidHere(containerId)) {
      request.note(
        `the addresses of ${JSON.stringify(alias)} stay reserved: the valid attachment of its container is in another namespace`,
      )
      return
    }
    const variables = { CNI_CONTAINERID: containerId, CNI_IFNAME: ifname, CNI_NETNS: path, CNI_ARGS: '' }
    delegate(request, ipam, 'DEL', variables)
    return
  }
  const why = attachment === undefined ? 'its container ID is only known as a hash' : 'it names no attachment'
  request.note(`the addresses of ${JSON.stringify(alias)} stay reserved: ${why}`)
}

/** False for what ADD would have refused: a pod may have set the alias. */
function isAttachment([containerId, ifname]: Attachment): boolean {
  try {
    checkContainerId(containerId)
    checkInterfaceName(ifname)
    return true
  } catch {
    return false
  }
}
