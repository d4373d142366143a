import { printable } from '@netloom/netlink/codec'
import { parseJson, record, string } from '../cni/json.js'
import type { Process, Reply } from '../cni/request.js'
import { newestVersion, supportedVersions } from '../cni/version.js'

/**
 * Timeout for stdin in milliseconds. Runtimes write a version to stdin, as the specification requires. Other callers may neither
 * write to it nor close it.
 */
const timeout = 100

/** VERSION: returns the supported versions, and the version from stdin. Never fails, even if stdin is invalid. */
export async function version(caller: Process): Promise<Reply> {
  const answer = { cniVersion: await requestedVersion(caller), supportedVersions }
  return { stdout: `${printable(JSON.stringify(answer))}\n` }
}

async function requestedVersion(caller: Process): Promise<string> {
  try {
    const json = parseJson(await caller.readStdinBriefly(timeout))
    return record({ cniVersion: string }).decode(json, '').cniVersion ?? newestVersion
  } catch {
    return newestVersion
  }
}
