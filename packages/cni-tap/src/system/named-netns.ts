import { readdirSync, statSync } from 'node:fs'
import { ErrorCode, errnoCode, failure, messageOf } from '../cni/error.js'
import { formatIdentity, identityOf } from './netns-identity.js'
import { isUtf8 } from './utf8.js'

/** Directories in which runtimes and `ip netns` mount named namespaces. */
const standardDirectories = ['/run/netns', '/var/run/netns']

/**
 * Returns the path of each named namespace, also of those in the directories `more`. Some paths may not be namespaces.
 * @throws {CniError} 8 if a directory cannot be listed
 */
export function namedNetns(more: readonly string[], note: (text: string) => void): string[] {
  const found = new Map<string, string>()
  const listed = new Set<string>()
  for (const directory of [...standardDirectories, ...more]) {
    const names = namesIn(directory)
    const identity = identityOf(directory)
    if (names === undefined && more.includes(directory))
      note(`${JSON.stringify(directory)} in gcNetnsDirs does not exist`)
    if (names === undefined || identity === undefined || listed.has(identity)) continue
    listed.add(identity)
    for (const path of names.map((name) => `${directory}/${name}`)) {
      // Reading the directory has replaced the invalid bytes.
      if (!isUtf8(path)) {
        note(`skipped ${JSON.stringify(path)}: the name is not UTF-8`)
        continue
      }
      const netns = lookUp(path, note)
      if (netns !== undefined && !found.has(netns)) found.set(netns, path)
    }
  }
  if (listed.size === 0) note(`no network namespace was searched: ${standardDirectories[0]} does not exist`)
  return [...found.values()]
}

/** Returns undefined if the directory does not exist. `ip netns` and runtimes create it with the first namespace. */
function namesIn(directory: string): string[] | undefined {
  try {
    return readdirSync(directory)
  } catch (error) {
    if (errnoCode(error) === 'ENOENT') return undefined
    throw failure(`failed to list ${directory}`, error, ErrorCode.invalidNetns)
  }
}

/** Returns the identity of the file at a path. If that fails, returns the path: opening it will report the error. */
function lookUp(path: string, note: (text: string) => void): string | undefined {
  try {
    return formatIdentity(statSync(path))
  } catch (error) {
    if (!['ELOOP', 'ENAMETOOLONG'].includes(errnoCode(error) ?? '')) return path
    note(`skipped ${JSON.stringify(path)}: ${messageOf(error)}`)
    return undefined
  }
}
