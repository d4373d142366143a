import { type Connection, withNetns } from '@netloom/netlink'
import { attemptAll, type CniError, ErrorCode, errnoCode, failure, throwFirst } from '../cni/error.js'
import { delegate } from '../cni/ipam.js'
import { checkContainerId, checkInterfaceName } from '../cni/names.js'
import type { Request } from '../cni/request.js'
import { missingCapability } from '../system/capabilities.js'
import { openNetnsIfAny } from '../system/netns.js'
import { type Attachment, aliasOf, aliasPrefixOf, attachmentOf } from './alias.js'
import { deleteLinks, type Link, listing, listKind, listTuns, openConnection } from './links.js'
import type { SpoofCheck } from './load-spoof-check.js'
import type { TrafficControl } from './load-traffic.js'
import type { FilteredDevice } from './traffic/index.js'

/**
 * Maximum number of attachments in one namespace whose addresses one GC releases. Each needs a process of the IPAM plugin, and a
 * pod can forge thousands of aliases. Genuine attachments come first, because a pod can create devices only after them.
 */
const maxReleases = 64

/** Maximum number of notes about one namespace. */
const maxNotes = 10

/** One call of GC. */
export interface Collection {
  readonly request: Request
  readonly ipam: string | undefined
  readonly spoofCheck: SpoofCheck | undefined
  /** Set if frames are redirected or limited. */
  readonly traffic: TrafficControl | undefined
  /** True if frames are limited, by an ifb for those from the guest. */
  readonly isLimited: boolean
  /** True for the mark of an attachment to the network that is not valid. */
  isStaleMark(mark: Uint8Array): boolean
  /** Aliases of the valid attachments. */
  readonly valid: ReadonlySet<string>
  /** Their container IDs. */
  readonly inUse: ReadonlySet<string>
}

/** An open namespace and a connection to it. */
interface NetnsSession {
  readonly path: string
  readonly netns: number
  readonly nl: Connection
}

/** Devices and tables of the network in one namespace. */
interface Inventory {
  /** Taps, and ifbs. */
  readonly links: readonly Link[]
  /** Aliases of the attachments that have an nftables table. */
  readonly tables: readonly string[]
  /** Aliases of attachments that are not valid, oldest device first. */
  readonly stale: readonly string[]
  /** Devices that may be redirected. */
  readonly filtered: readonly FilteredDevice[]
}

/**
 * For each container ID, the namespaces that contain a device of one of its valid attachments. Undefined if a namespace could not
 * be examined.
 */
type Claims = ReadonlyMap<string, ReadonlySet<string>> | undefined

/**
 * Examines the namespaces at these paths. Removes devices, tables and addresses of attachments that are not valid. Continues
 * after failures.
 */
export function sweepAll(paths: readonly string[], collection: Collection): void {
  const { log } = collection.request
  const dirty: string[] = []
  // Only the release of addresses depends on other namespaces. Without IPAM, one visit of each is enough.
  const needsClaims = collection.ipam !== undefined
  const claims = new Map<string, Set<string>>()
  const examine = (path: string) => () =>
    visit(path, (session) => {
      const inventory = find(session, collection)
      if (isStale(inventory, collection)) dirty.push(path)
      if (!needsClaims) removeStale(session, inventory, collection, undefined)
      else
        for (const id of claimed(inventory.links, collection)) claims.set(id, (claims.get(id) ?? new Set()).add(path))
    })
  log.step(needsClaims ? 'search the namespaces' : 'remove what is stale')
  const failures = attemptAll(paths.map(examine))
  if (needsClaims) {
    const known = failures.length === 0 ? claims : undefined
    log.step('remove what is stale')
    const clean = (path: string) => () =>
      visit(path, (session) => removeStale(session, find(session, collection), collection, known))
    failures.push(...attemptAll(dirty.map(clean)))
  }
  log.detail('stale', () => dirty)
  throwFirst(failures)
}

/** Calls `action` for the namespace at a path, if the namespace exists and the plugin may enter it. */
function visit(path: string, action: (session: NetnsSession) => void): void {
  using netns = openNetnsIfAny(path)
  if (netns === undefined || !mayEnter(netns.fd, path)) return
  using nl = openConnection(netns.fd, listing)
  action({ path, netns: netns.fd, nl })
}

/**
 * Returns false for a namespace of a foreign user namespace or of another type. The plugin cannot enter it, so it has created
 * nothing there.
 * @throws {CniError} 8 if the plugin cannot enter any namespace for lack of a capability
 */
function mayEnter(netns: number, path: string): boolean {
  try {
    withNetns(netns, () => {})
    return true
  } catch (error) {
    if (errnoCode(error) === 'EPERM' && missingCapability('CAP_SYS_ADMIN') === undefined) return false
    // It is a namespace of another type.
    if (errnoCode(error) === 'EINVAL') return false
    throw failure(`failed to enter netns ${JSON.stringify(path)}`, error, ErrorCode.invalidNetns)
  }
}

function find({ path, netns, nl }: NetnsSession, collection: Collection): Inventory {
  const { request, spoofCheck, traffic, isLimited, valid } = collection
  const prefix = aliasPrefixOf(request.network)
  const ifbs = isLimited ? listKind(nl, 'ifb', path) : []
  const links = [...listTuns(nl, path), ...ifbs]
    .filter(({ attrs }) => attrs.ifalias?.startsWith(prefix))
    .sort((left, right) => left.index - right.index)
  const tables = spoofCheck?.spoofChecksOf(netns, prefix) ?? []
  const stale = new Set([...links.map(aliasIn), ...tables].filter((alias) => !valid.has(alias)))
  return { links, tables, stale: [...stale], filtered: traffic?.filteredDevices(nl, links) ?? [] }
}

const isStale = ({ stale, filtered }: Inventory, { traffic, isStaleMark }: Collection) =>
  stale.length > 0 || traffic?.hasRedirection(filtered, isStaleMark) === true

const aliasIn = ({ attrs }: Link) => attrs.ifalias ?? ''

/** Returns the container IDs of the valid attachments whose devices are in `links`. */
function claimed(links: readonly Link[], { request, valid }: Collection): string[] {
  const aliases = links.map(aliasIn).filter((alias) => valid.has(alias))
  return aliases.flatMap((alias) => attachmentOf(alias, request.network)?.[0] ?? [])
}

/** Removes the stale attachments in one namespace: their addresses, then devices and tables. */
function removeStale(session: NetnsSession, inventory: Inventory, collection: Collection, claims: Claims): void {
  const { request, spoofCheck, traffic } = collection
  const { links, tables, stale, filtered } = inventory
  const notes: string[] = []
  const addNote = (text: string) => {
    notes.push(text)
  }
  // Addresses first: the device's alias is the only record of their owner. If releasing fails, the device stays and the next GC
  // tries again.
  const { released, errors } = releaseAll(stale, session, collection, claims, addNote)
  const isReleased = (alias: string) => released.has(alias)
  const gone = links.filter((link) => isReleased(aliasIn(link)))
  const steps = [
    () => traffic?.removeRedirections(session.nl, gone, collection.isStaleMark, filtered),
    () => deleteLinks(session.nl, gone),
    () => spoofCheck?.removeSpoofChecks(session.netns, tables.filter(isReleased).map(spoofCheck.tableOf), addNote),
  ]
  const failures = attemptAll(steps)
  for (const text of notes.slice(0, maxNotes)) request.note(text)
  if (notes.length > maxNotes)
    request.note(`${notes.length - maxNotes} more notes about ${JSON.stringify(session.path)}`)
  throwFirst([...errors, ...failures])
}

/** Releases the addresses of stale attachments. Returns the aliases of the attachments whose devices may be deleted. */
function releaseAll(
  aliases: readonly string[],
  { path }: NetnsSession,
  collection: Collection,
  claims: Claims,
  note: (text: string) => void,
): { released: ReadonlySet<string>; errors: CniError[] } {
  const { request, ipam } = collection
  if (ipam === undefined) return { released: new Set(aliases), errors: [] }
  const released = new Set<string>()
  const errors: CniError[] = []
  let releases = 0
  for (const alias of aliases) {
    const owner = ownerOf(alias, path, collection, claims)
    if (typeof owner === 'string') {
      note(`the addresses of ${JSON.stringify(alias)} stay reserved: ${owner}`)
      released.add(alias)
    } else if (++releases <= maxReleases) {
      const [containerId, ifname] = owner
      const variables = { CNI_CONTAINERID: containerId, CNI_IFNAME: ifname, CNI_NETNS: path, CNI_ARGS: '' }
      const failed = attemptAll([() => delegate(request, ipam, 'DEL', variables)])
      errors.push(...failed)
      if (failed.length === 0) released.add(alias)
    }
  }
  const postponed = releases - maxReleases
  if (postponed > 0) request.note(`${postponed} attachments in ${JSON.stringify(path)} stay until the next GC`)
  return { released, errors }
}

/** Returns the attachment if its addresses may be released, otherwise the reason to keep them. */
function ownerOf(alias: string, path: string, { request, inUse }: Collection, claims: Claims): Attachment | string {
  const { network } = request
  const attachment = attachmentOf(alias, network)
  if (attachment === undefined) return 'its container ID is only known as a hash'
  if (!isAttachment(attachment) || aliasOf(network, ...attachment) !== alias) return 'it names no attachment'
  return reasonToKeep(attachment, path, inUse, claims) ?? attachment
}

/** Returns false for names that ADD refuses. A pod can set any alias. */
function isAttachment([containerId, ifname]: Attachment): boolean {
  try {
    checkContainerId(containerId)
    checkInterfaceName(ifname)
    return true
  } catch {
    return false
  }
}

/**
 * Returns the reason to keep the addresses of a container that has a valid attachment, or undefined to release them. A pod can
 * forge an alias, and some IPAM plugins look only at the container ID. So addresses are released only in the container's own
 * namespace: it contains devices of valid attachments of this container and of no other, and no other namespace contains any.
 */
function reasonToKeep([id]: Attachment, path: string, inUse: ReadonlySet<string>, claims: Claims): string | undefined {
  if (!inUse.has(id)) return undefined
  if (claims === undefined) return 'its container is in use, and not every namespace could be searched for it'
  const own = claims.get(id)
  if (!own?.has(path)) return 'the valid attachment of its container is in another namespace'
  const isShared = [...claims].some(([other, paths]) => other !== id && paths.has(path))
  return own.size > 1 || isShared ? 'it is not certain which namespace its container has' : undefined
}
