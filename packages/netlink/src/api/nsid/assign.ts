import { readdirSync, statSync } from 'node:fs'
import { ArgumentError, show } from '../../codec/error.js'
import { NetlinkError } from '../../message/index.js'
import { NETNSA_NSID } from '../../route/index.js'
import { SystemError } from '../../socket/error.js'
import { isNetns, NAMED_NETNS, NETNS, type NetnsRef } from '../../socket/netns.js'
import { NetnsFiles } from '../link/netns-files.js'
import { change, dump, type Operation, read } from '../run/operation.js'
import { checkValue, integers } from '../values/accepted.js'

const NSID = integers(0, 0x7fffffff)

/** Runs `use` with a descriptor of a namespace. */
function* withDescriptor<T>(netns: NetnsRef, use: (fd: number) => Operation<T>): Operation<T> {
  if (!isNetns(netns)) throw new ArgumentError(`expected ${NETNS}, got ${show(netns)}`)
  const files = new NetnsFiles()
  try {
    return yield* use(files.open(netns))
  } finally {
    files.close()
  }
}

function* readNsid(fd: number): Operation<number | undefined> {
  const [reply] = yield* read('RTM_GETNSID', { attrs: { fd } })
  const nsid = reply?.attrs.nsid
  return nsid === NETNSA_NSID.NOT_ASSIGNED ? undefined : nsid
}

/** Returns the id of a namespace. */
export const get = (netns: NetnsRef): Operation<number | undefined> => withDescriptor(netns, readNsid)

/** Assigns an id to a namespace, and returns it. */
export function* set(netns: NetnsRef, nsid?: number): Operation<number> {
  if (nsid !== undefined) checkValue('nsid', nsid, NSID)
  return yield* withDescriptor(netns, function* (fd) {
    yield* change('RTM_NEWNSID', { attrs: { fd, nsid: nsid ?? NETNSA_NSID.NOT_ASSIGNED } })
    return nsid ?? ((yield* readNsid(fd)) as number)
  })
}

/** Lists the assigned ids. */
export function* list(): Operation<number[]> {
  const found = yield* dump('RTM_GETNSID', {})
  return found.flatMap(({ attrs }) => attrs.nsid ?? []).sort((one, other) => one - other)
}

function filesIn(folder: string, pathOf: (name: string) => string): string[] {
  try {
    return readdirSync(folder).map(pathOf)
  } catch {
    return []
  }
}

/** Yields a path of each network namespace: named ones first, then those of processes. */
function* knownPaths(): Generator<string> {
  const seen = new Set<number>()
  const named = filesIn(NAMED_NETNS, (name) => `${NAMED_NETNS}/${name}`)
  const ofProcesses = filesIn('/proc', (name) => `/proc/${name}/ns/net`).filter((path) => /^\/proc\/\d/.test(path))
  for (const path of [...named, ...ofProcesses]) {
    try {
      const { ino } = statSync(path)
      if (seen.has(ino)) continue
      seen.add(ino)
    } catch {
      continue // a process that has ended, or of another user
    }
    yield path
  }
}

/** Returns a path of the namespace with an id. */
export function* pathOf(nsid: number): Operation<string | undefined> {
  checkValue('nsid', nsid, NSID)
  for (const path of knownPaths()) {
    try {
      if ((yield* get(path)) === nsid) return path
    } catch (error) {
      // Deleted in the meantime, or another kind of file.
      if (!(error instanceof SystemError || (error instanceof NetlinkError && error.code === 'EINVAL'))) throw error
    }
  }
  return undefined
}
